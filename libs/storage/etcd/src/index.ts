export type { EtcdTls } from './connection';
export { EtcdStore, type EtcdStoreOptions } from './etcd-store';
