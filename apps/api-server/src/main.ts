import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { admissionPlugins } from '@skiff/admission-plugins';
import { admissionPolicies } from '@skiff/admission-policies';
import { admissionWebhooks } from '@skiff/admission-webhooks';
import { aggregator, type AggregatorOptions } from '@skiff/aggregator';
import { customResourceSource } from '@skiff/apiextensions';
import { createApiServer, type ApiServerOptions } from '@skiff/api-server';
import { encryptStore } from '@skiff/api-server/encryption';
import {
  aborted,
  channelCredentials,
  createLogger,
  exportOptions,
  followContexts,
  quietOutages,
  runService,
  startTelemetry,
  systemClock,
  systemRandom,
  type Logger,
} from '@skiff/platform';
import type { Store } from '@skiff/storage';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { readAudit } from './audit-settings';
import { keepAuthorizationRecord, readAuthorizationRecord } from './authorization-record-file';
import { readConfig, type ApiServerConfig } from './config';
import { EncryptionFile } from './encryption-file';
import { collectWhenIdle } from './idle-collection';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const logger = createLogger({ name: 'api-server', level: config.logLevel, format: config.logFormat });
  return { logger, run: (signal) => run(config, logger, signal) };
});

async function run(config: ApiServerConfig, logger: Logger, signal: AbortSignal): Promise<void> {
  followContexts({ restWhenIdle: true });
  const telemetry = startTelemetry({
    service: 'api-server',
    ...exportOptions(config, { certFile: config.kubeletCertFile, keyFile: config.kubeletKeyFile }),
    isFrugal: true,
    logger,
  });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const { address } = await lookup(config.advertiseAddress, { family: 4 });
  const { encryptionProviderConfig: encryptionFile } = config;
  const encrypted = encryptionFile ? await EncryptionFile.read(encryptionFile) : undefined;
  const opened = await openStore(config, logger);
  const store = encrypted ? encryptStore(opened, (key) => encrypted.encryption.transformerAt(key)) : opened;
  const { authorizationRecordFile: recordFile } = config;
  const authorizationRecord = recordFile ? await readAuthorizationRecord(recordFile) : undefined;
  // The server goes on serving while the process drains.
  const serving = new AbortController();
  const server = await createApiServer(
    {
      store,
      tls: { cert: read(config.tlsCertFile), key: read(config.tlsKeyFile), clientCa: read(config.clientCaFile) },
      serviceAccounts: { privateKey: read(config.serviceAccountKeyFile), issuer: config.serviceAccountIssuer },
      serviceRange: config.serviceClusterIpRange,
      nodePortRange: config.serviceNodePortRange,
      advertise: { address, port: config.port },
      kubeletCredentials: channelCredentials({
        caFile: config.kubeletCaFile || config.clientCaFile,
        certFile: config.kubeletCertFile,
        keyFile: config.kubeletKeyFile,
      }),
      admissionPlugins: admissionPlugins(
        { enable: config.enableAdmissionPlugins, disable: config.disableAdmissionPlugins },
        admissionPolicies,
        admissionWebhooks,
      ),
      resourceSources: [customResourceSource],
      requestHeader: requestHeaderOptions(config),
      aggregation: aggregator({ proxyClient: proxyClientOf(config) }),
      authorizationRecord,
      audit: readAudit(config, logger),
      flowControl: config.enablePriorityAndFairness
        ? {
            maxRequestsInFlight: config.maxRequestsInflight,
            maxMutatingRequestsInFlight: config.maxMutatingRequestsInflight,
          }
        : undefined,
      clock: systemClock,
      random: systemRandom,
      // The store tells of its own outages.
      logger: quietOutages(logger),
      tracer: telemetry.tracer,
      metrics,
    },
    serving.signal,
  );
  for (const address of config.bindAddress) {
    const port = await server.listen(address, config.port);
    logger.info('listening', { address, port });
  }
  const context = { clock: systemClock, logger, signal: serving.signal };
  const kept = authorizationRecord && keepAuthorizationRecord(authorizationRecord, recordFile, context);
  collectWhenIdle({ clock: systemClock }, signal);
  const reloads = config.encryptionProviderConfigAutomaticReload ? encrypted?.follow(context) : undefined;
  await aborted(signal);
  await server.close();
  serving.abort(new Error('stopped'));
  await Promise.all([kept, reloads]);
  await store.close();
  await telemetry.shutdown();
}

const read = (file: string): string => readFileSync(file, 'utf8');

function proxyClientOf(config: ApiServerConfig): AggregatorOptions['proxyClient'] {
  const { proxyClientCertFile: cert, proxyClientKeyFile: key } = config;
  return cert && key ? { cert: read(cert), key: read(key) } : undefined;
}

function requestHeaderOptions(config: ApiServerConfig): ApiServerOptions['requestHeader'] {
  if (!config.requestheaderClientCaFile) return undefined;
  return {
    clientCa: read(config.requestheaderClientCaFile),
    allowedNames: config.requestheaderAllowedNames,
    usernameHeaders: config.requestheaderUsernameHeaders,
    uidHeaders: config.requestheaderUidHeaders,
    groupHeaders: config.requestheaderGroupHeaders,
    extraHeaderPrefixes: config.requestheaderExtraHeadersPrefix,
  };
}

function openStore(config: ApiServerConfig, logger: Logger): Promise<Store> {
  if (config.store === 'embedded') return EmbeddedStore.open({ directory: config.dataDir, logger });
  return openEtcd(config, logger);
}

async function openEtcd(config: ApiServerConfig, logger: Logger): Promise<Store> {
  // Loaded only by those who use it, since it is large.
  const { EtcdStore } = await import('@skiff/storage-etcd');
  const { etcdCaFile: ca, etcdCertFile: certificate, etcdKeyFile: key } = config;
  const pair = certificate && key ? { certificate: readFileSync(certificate), key: readFileSync(key) } : {};
  const tls = ca ? { tls: { ca: readFileSync(ca), ...pair } } : {};
  return new EtcdStore({ endpoints: [...config.etcdEndpoints], logger, ...tls });
}
