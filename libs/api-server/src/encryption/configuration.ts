/** Upstream's EncryptionConfiguration: which resources are encrypted, and how. */
export interface EncryptionConfiguration {
  readonly resources: readonly ResourceConfiguration[];
}

export interface ResourceConfiguration {
  /** `secrets`, `deployments.apps`; `*.apps` is all of a group, `*.` of the core group, and `*.*` all there are. */
  readonly resources: readonly string[];
  /** The first writes, all read. */
  readonly providers: readonly ProviderConfiguration[];
}

export interface ProviderConfiguration {
  readonly aesgcm?: KeysConfiguration;
  readonly aescbc?: KeysConfiguration;
  readonly secretbox?: KeysConfiguration;
  readonly identity?: object;
  readonly kms?: object;
}

export interface KeysConfiguration {
  /** The first writes, all read. */
  readonly keys: readonly KeyConfiguration[];
}

export interface KeyConfiguration {
  readonly name: string;
  /** In base64. */
  readonly secret: string;
}

export const apiVersion = 'apiserver.config.k8s.io/v1';
export const kind = 'EncryptionConfiguration';
