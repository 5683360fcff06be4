// What is told of requests, and to whom.
export type { AuditBackend, BackendParts, CreateBackend } from './audit/backend';
export type { AuditEvent } from './audit/event';
export type { AuditOptions } from './audit/auditor';
export { logBackend, type LogBackendOptions } from './audit/log-backend';
export { parseAuditPolicy, type ReadPolicy } from './audit/parse-policy';
export type { AuditPolicy } from './audit/policy';
export { webhookBackend, type WebhookBackendOptions } from './audit/webhook-backend';
export { readWebhookConfig, type WebhookTarget } from './audit/webhook-config';
