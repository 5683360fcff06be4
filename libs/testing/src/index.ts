// Time.
export { drainEventLoop, FakeClock } from './clock/fake-clock';

// The API server.
export { FakeClient, type FakeCall, type Verb } from './client/fake-client';

// Objects.
export {
  configMap,
  deployment,
  job,
  namespace,
  node,
  ownerReference,
  pod,
  replicaSet,
  service,
  type Overrides,
} from './builders/objects';

// A kind that is made up.
export { widgetKind, widgetResource, type Widget } from './builders/widgets';

// Files.
export { makeClientFiles, type ClientFiles } from './builders/client-files';

// Waiting.
export { eventually, type EventuallyOptions } from './wait/eventually';
