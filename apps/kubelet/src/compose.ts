import { mkdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { Registry } from 'prom-client';
import type { corev1 } from '@skiff/contracts';
import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import { EventRecorder, Guard, kubeletGuardTimes, requestCredentials } from '@skiff/client-runtime';
import {
  architecture,
  cpuCount,
  CriClient,
  hollowNetwork,
  Kubelet,
  KubeletMetrics,
  linuxSystem,
  memoryBytes,
  parseResolvConf,
  pathAccess,
  serveNode,
  systemInfo,
  type NodeFacts,
  type NodeSystem,
  type RuntimeVersion,
} from '@skiff/kubelet';
import { isOutage } from '@skiff/apimachinery';
import {
  channelCredentials,
  createLogger,
  exportOptions,
  Outage,
  quietOutages,
  serveHealthz,
  serveMetrics,
  startTelemetry,
  systemClock,
  type Service,
} from '@skiff/platform';
import type { KubeletConfig } from './config';

/** Puts a kubelet together from its configuration. */
export function compose(config: KubeletConfig): Service {
  const nodeName = config.nodeName || hostname();
  const log = createLogger({ name: 'kubelet', level: config.logLevel, format: config.logFormat });
  const logger = quietOutages(log);
  const telemetry = startTelemetry({
    service: 'kubelet',
    instance: nodeName,
    ...exportOptions(config, config),
    logger: log,
  });
  const { tracer } = telemetry;
  const registry = new Registry();
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials(config, config.apiServer),
    userAgent: 'kubelet',
    logger: log,
    metrics: new ClientMetrics({ registry, target: config.apiServer, clock: systemClock }),
  });
  const clock = systemClock;
  const metrics = new KubeletMetrics(registry);
  const runtimeOutage = new Outage({ peer: 'the container runtime', clock, logger: log });
  const linux = linuxSystem(logger);
  const system = config.programNetwork ? linux : { ...linux, network: hollowNetwork };
  const runtime = new CriClient({
    endpoint: config.runtimeEndpoint,
    tracer,
    clock,
    metrics,
    outage: runtimeOutage,
    kernelLog: system.kernelLog,
  });
  const events = new EventRecorder(client, { component: 'kubelet', host: nodeName, clock, logger });

  return {
    logger: log,
    async run(signal) {
      await mkdir(config.rootDir, { recursive: true });
      const version = await runtimeVersion(runtime, signal);
      const facts = await measure(config, nodeName, version, system);
      const host = parseResolvConf(await readFile(config.resolvConf, 'utf8').catch(() => ''));
      const kubelet = new Kubelet({
        client,
        runtime,
        facts,
        rootDirectory: config.rootDir,
        hostPathAliases: aliases(config.hostPathAliases),
        cniConfigDirectory: config.cniConfDir,
        bridge: config.bridge,
        mtu: config.mtu,
        cgroupRoot: config.cgroupRoot,
        dns: { servers: config.clusterDns, domain: config.clusterDomain, host },
        unsafeSysctls: config.allowedUnsafeSysctls,
        runtimeOutage,
        system,
        events,
        clock,
        logger,
        tracer,
        metrics,
      });
      await serve(config, kubelet, client, registry, signal);
      try {
        await kubelet.run(signal);
      } finally {
        await events.flush();
        await telemetry.shutdown();
        client.close();
        runtime.close();
        system.kernelLog.close();
      }
    },
  };
}

/** Opens the node's ports: the service and metrics to who may, health to everybody. */
async function serve(
  config: KubeletConfig,
  kubelet: Kubelet,
  client: GrpcClient,
  registry: Registry,
  signal: AbortSignal,
): Promise<void> {
  const guard = new Guard({ client, clock: systemClock, times: kubeletGuardTimes });
  const tls = {
    certFile: config.tlsCertFile,
    keyFile: config.tlsKeyFile,
    clientCaFile: config.caFile,
    certificateIsOptional: true,
  };
  const health = (): undefined => undefined;
  const admit = (request: IncomingMessage, path: string): Promise<void> =>
    guard.admit(requestCredentials(request), pathAccess(kubelet.context.nodeName, path));
  await serveMetrics({ address: config.metricsAddress, registry, health, tls, admit }, signal);
  await serveHealthz({ address: config.healthzAddress, health }, signal);
  await serveNode(kubelet, { address: listenAddress(config), tls, guard }, signal);
}

/** Waits for the container runtime, which may be starting at the same time. */
async function runtimeVersion(runtime: CriClient, signal: AbortSignal): Promise<RuntimeVersion> {
  for (;;) {
    try {
      return await runtime.version();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await systemClock.sleep(100, signal);
    }
  }
}

async function measure(
  config: KubeletConfig,
  name: string,
  version: RuntimeVersion,
  { machine }: NodeSystem,
): Promise<NodeFacts> {
  const labels = Object.fromEntries(
    config.nodeLabels.map((label) => [label.split('=')[0] ?? label, label.split('=').slice(1).join('=')]),
  );
  return {
    name,
    ips: config.nodeIp,
    labels,
    taints: config.registerWithTaints.map(parseTaint),
    port: config.port,
    cpuCount: cpuCount(),
    memoryBytes: memoryBytes(),
    storageBytes: (await machine.storage(config.rootDir)).bytes,
    maxPods: config.maxPods,
    architecture: architecture(),
    system: await systemInfo(version),
  };
}

function aliases(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(texts.map((text): [string, string] => [text.split('=')[0] ?? '', text.split('=')[1] ?? '']));
}

function parseTaint(text: string): corev1.Taint {
  const [rest = '', effect = 'NoSchedule'] = text.split(':');
  const [key = '', value = ''] = rest.split('=');
  return { key, effect, ...(value === '' ? {} : { value }) };
}

function listenAddress(config: KubeletConfig): string {
  const ip = config.nodeIp[0] ?? '0.0.0.0';
  return `${ip.includes(':') ? `[${ip}]` : ip}:${config.port}`;
}
