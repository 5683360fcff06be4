export { LocalClient, type LocalClientOptions } from './local-client';
