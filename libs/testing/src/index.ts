// Time.
export { drainEventLoop, FakeClock } from './clock/fake-clock';

// Objects.
export { configMap, pod } from './builders/objects';

// A kind that is made up.
export { widgetKind, widgetResource, type Widget } from './builders/widgets';

// Files.
export { makeClientFiles, type ClientFiles } from './builders/client-files';

// Waiting.
export { eventually, type EventuallyOptions } from './wait/eventually';
