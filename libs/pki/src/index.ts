// Everything a cluster needs on disk.
export { ensurePki } from './ensure-pki';
export { certificateRequests, type PkiNode, type PkiRequest } from './identities';

// Single certificates.
export {
  createAuthority,
  generatePrivateKey,
  loadAuthority,
  type Authority,
  type CertificateRequest,
  type KeyPair,
} from './authority';

// Kubeconfigs.
export { renderKubeconfig, type KubeconfigOptions } from './kubeconfig';
