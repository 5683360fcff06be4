export { MemoryData, type MemoryDataOptions } from './memory-data';
export { MemoryStore, type MemoryStoreOptions } from './memory-store';
