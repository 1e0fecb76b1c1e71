import { getContainerRuntimeClient, ImageName, type ContainerRuntimeClient } from 'testcontainers';

/** The EventStoreDB that the tests run: the one that docker/ runs, unless another is named. */
export const image =
  process.env['EVENTSTOREDB_IMAGE'] ?? 'eventstore/eventstore:23.10.7-bookworm-slim';

/** Whether images may be fetched; otherwise only those that are here are used. */
const mayPull = process.env['EVENTSTOREDB_PULL'] === '1';

// It removes what a killed test run leaves behind, in a container of an image of its own.
if (!mayPull) process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';

/** How long Docker may take to say whether it is there, in milliseconds. */
const patience = 5000;

/**
 * Why containers cannot be tried here, with the way out; nothing when they can. Starts and fetches
 * nothing.
 */
export async function whatIsMissing(): Promise<string | undefined> {
  const runtime = await containerRuntime();
  if (!runtime) return 'there is no Docker here: start one, or say with DOCKER_HOST where it is';
  if (mayPull || (await runtime.image.exists(ImageName.fromString(image)))) return undefined;
  return `Docker has no image ${image}: fetch it with docker pull, or set EVENTSTOREDB_PULL=1`;
}

/**
 * The end of a title: what the tests under it run on, or why they do not. Also says so at once, since
 * a reporter may leave out the titles of what was skipped.
 */
export function on(missing: string | undefined): string {
  if (missing === undefined) return `, ${image}`;
  console.info(`Skipped, EventStoreDB in containers: ${missing}.`);
  return `, skipped: ${missing}`;
}

async function containerRuntime(): Promise<ContainerRuntimeClient | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, patience, undefined);
  try {
    return await Promise.race([getContainerRuntimeClient(), promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
