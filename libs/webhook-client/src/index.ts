export { WebhookClient, type CallOptions, type WebhookClientOptions } from './client';
export type { ConnectService, ServicePort, WebhookClientConfig } from './config';
export { WebhookCallError, WebhookConfigError } from './errors';
export { readReview, type ReviewKind } from './review';
