export { EmbeddedStore, type EmbeddedStoreOptions } from './embedded-store';
export { StoreInUseError } from './lock';
export type { Retention } from './retention';
