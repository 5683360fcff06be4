// What is stored encrypted, and how.
export type { EncryptionConfiguration } from './encryption/configuration';
export { encryptStore } from './encryption/encrypted-store';
export { EncryptionAtRest } from './encryption/encryption-at-rest';
export { parseEncryptionConfiguration } from './encryption/parse-configuration';
export { storedResource } from './server/stored-resource';
export type { Transformer } from './encryption/transformer';
