import { serverFeatures } from './protocol.ts';

/** The server that this one takes after. */
export const serverVersion = '23.10.0';

const methods: Record<string, Record<string, readonly string[]>> = {
  'event_store.client.streams.Streams': {
    read: ['position', 'events'],
    append: [],
    delete: [],
    tombstone: [],
    batchAppend: ['deadline_duration'],
  },
  'event_store.client.gossip.Gossip': { read: [] },
  'event_store.client.server_features.ServerFeatures': { getSupportedMethods: [] },
};

export function supportedMethods(): InstanceType<typeof serverFeatures.SupportedMethods> {
  const answer = new serverFeatures.SupportedMethods();
  answer.setEventStoreServerVersion(serverVersion);
  for (const [service, names] of Object.entries(methods)) {
    for (const [name, features] of Object.entries(names)) {
      const method = new serverFeatures.SupportedMethod()
        .setServiceName(service.toLowerCase())
        .setMethodName(name.toLowerCase())
        .setFeaturesList([...features]);
      answer.addMethods(method);
    }
  }
  return answer;
}
