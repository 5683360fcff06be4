import { readFileSync } from 'node:fs';
import {
  logBackend,
  parseAuditPolicy,
  readWebhookConfig,
  webhookBackend,
  type AuditOptions,
  type ReadPolicy,
} from '@skiff/api-server/audit';
import { type ConfigOf, duration, file, flag, integer, type Logger, positive, text } from '@skiff/platform';

/** What is told of requests, and to whom: upstream's settings, but that requests never wait for events. */
export const auditSettings = {
  auditPolicyFile: file('audit.k8s.io/v1 Policy: how much is told of which requests; empty: nothing of any'),
  auditLogPath: text('File that events are written to, a line of JSON each; - is standard output', '', 'file'),
  auditLogMaxage: integer('Days that full files of events are kept; 0 is for ever', 0, { min: 0 }),
  auditLogMaxbackup: integer('How many full files of events are kept; 0 is all', 0, { min: 0 }),
  auditLogMaxsize: integer('Megabytes that a file of events has before the next is begun', 100, { min: 1, unit: 'MB' }),
  auditLogBatchBufferSize: integer('Events that wait to be written before others are dropped', 10_000, { min: 1 }),
  auditLogBatchMaxSize: integer('Events that are written at once', 400, { min: 1 }),
  auditLogTruncateEnabled: flag('Whether large events lose the objects in them'),
  auditLogTruncateMaxEventSize: integer('How large an event may be then', 100 << 10, { min: 1, unit: 'bytes' }),
  auditWebhookConfigFile: file('kubeconfig of a server that events are sent to; empty: none is'),
  auditWebhookInitialBackoff: duration('How long to wait before a failed request is sent again', 10_000),
  auditWebhookBatchBufferSize: integer('Events that wait to be sent before others are dropped', 10_000, { min: 1 }),
  auditWebhookBatchMaxSize: integer('Events that are sent at once', 400, { min: 1 }),
  auditWebhookBatchMaxWait: duration('How long an event waits for others to be sent with', 30_000),
  auditWebhookBatchThrottleEnable: flag('Whether there is a limit to how often events are sent', true),
  auditWebhookBatchThrottleQps: positive('How often a second they are sent in the long run', 10),
  auditWebhookBatchThrottleBurst: integer('How often they are sent at once before', 15, { min: 1 }),
  auditWebhookTruncateEnabled: flag('Whether large events lose the objects in them'),
  auditWebhookTruncateMaxEventSize: integer('How large an event may be then', 100 << 10, { min: 1, unit: 'bytes' }),
  auditWebhookTruncateMaxBatchSize: integer('How large events that are sent at once may be together then', 10 << 20, {
    min: 1,
    unit: 'bytes',
  }),
} as const;

export type AuditConfig = ConfigOf<typeof auditSettings>;

/** What is wrong with these settings together, and with the files that they name. */
export function auditProblems(config: AuditConfig): string[] {
  const { auditPolicyFile: policyFile, auditLogPath, auditWebhookConfigFile: webhookFile } = config;
  const { auditWebhookTruncateMaxBatchSize: batch, auditWebhookTruncateMaxEventSize: event } = config;
  return [
    ...(auditLogPath && !policyFile ? ['--audit-policy-file is needed with --audit-log-path'] : []),
    ...(webhookFile && !policyFile ? ['--audit-policy-file is needed with --audit-webhook-config-file'] : []),
    ...(policyFile && !auditLogPath && !webhookFile
      ? ['--audit-policy-file needs --audit-log-path or --audit-webhook-config-file: nobody would be told']
      : []),
    ...(batch < event
      ? [`invalid audit truncate webhook max batch size ${batch}, must be greater than max event size (${event})`]
      : []),
    ...(policyFile ? problemOf(() => readPolicy(policyFile), 'loading audit policy file') : []),
    ...(webhookFile ? problemOf(() => readWebhookConfig(webhookFile), '--audit-webhook-config-file') : []),
  ];
}

function problemOf(read: () => unknown, what: string): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [`${what}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Upstream: LoadPolicyFromFile in staging/src/k8s.io/apiserver/pkg/audit/policy/reader.go. */
function readPolicy(path: string): ReadPolicy {
  const text = readFileSync(path, 'utf8');
  try {
    return parseAuditPolicy(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why}: from file ${path}`, { cause: error });
  }
}

/** What a server tells of requests by these settings; undefined for nothing. */
export function readAudit(config: AuditConfig, logger: Logger): AuditOptions | undefined {
  if (!config.auditPolicyFile) return undefined;
  const { policy, unknownFields } = readPolicy(config.auditPolicyFile);
  if (unknownFields.length > 0)
    logger.warn('the audit policy has fields that there are not', { fields: unknownFields.join(', ') });
  const backends = [
    ...(config.auditLogPath ? [logBackend(logOptions(config))] : []),
    ...(config.auditWebhookConfigFile ? [webhookBackend(webhookOptions(config))] : []),
  ];
  return { policy, backends };
}

const logOptions = (config: AuditConfig): Parameters<typeof logBackend>[0] => ({
  file: {
    path: config.auditLogPath,
    maxSize: config.auditLogMaxsize << 20,
    maxAge: config.auditLogMaxage,
    maxBackups: config.auditLogMaxbackup,
  },
  batch: { bufferSize: config.auditLogBatchBufferSize, maxBatchSize: config.auditLogBatchMaxSize, maxBatchWait: 0 },
  truncate: config.auditLogTruncateEnabled ? { maxEventSize: config.auditLogTruncateMaxEventSize } : undefined,
});

const webhookOptions = (config: AuditConfig): Parameters<typeof webhookBackend>[0] => ({
  target: readWebhookConfig(config.auditWebhookConfigFile),
  batch: {
    bufferSize: config.auditWebhookBatchBufferSize,
    maxBatchSize: config.auditWebhookBatchMaxSize,
    maxBatchWait: config.auditWebhookBatchMaxWait,
    throttle: config.auditWebhookBatchThrottleEnable
      ? { qps: config.auditWebhookBatchThrottleQps, burst: config.auditWebhookBatchThrottleBurst }
      : undefined,
  },
  truncate: config.auditWebhookTruncateEnabled
    ? {
        maxEventSize: config.auditWebhookTruncateMaxEventSize,
        maxBatchSize: config.auditWebhookTruncateMaxBatchSize,
      }
    : undefined,
  initialBackoff: config.auditWebhookInitialBackoff,
});
