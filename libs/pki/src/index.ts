// Everything a cluster needs on disk.
export { ensureNodePki } from './ensure-node-pki';
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

// Requests of others.
export { readSigningRequest, type SigningRequest, type SigningTerms } from './sign-request';

// Kubeconfigs.
export { renderKubeconfig, type KubeconfigOptions } from './kubeconfig';
