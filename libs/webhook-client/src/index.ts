export { WebhookClient, type CallOptions, type WebhookClientOptions } from './client';
export type { ConnectService, ServicePort, WebhookClientConfig } from './config';
export { systemError, WebhookCallError, WebhookConfigError } from './errors';

// What other calls of the API server over TLS have in common with those of webhooks.
export { goWords } from './go-words';
export { checkIdentity, trustIn, type ShownIdentity } from './trust';
export { readReview, type ReviewKind } from './review';
