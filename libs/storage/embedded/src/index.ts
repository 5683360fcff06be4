export { EmbeddedStore, type EmbeddedStoreOptions } from './embedded-store';
export { StoreInUseError } from './lock';
