import { SettingsError } from '../settings.ts';

/** An application's id as somebody types it: from letters and screens, where it may stand in capitals. */
export function applicationId(text: string): string {
  const id = text.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new SettingsError(`"${text}" is no application’s id, which is a UUID`);
}
