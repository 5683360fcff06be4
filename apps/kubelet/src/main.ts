import { mkdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { Guard, kubeletGuardTimes, requestCredentials } from '@skiff/client-runtime';
import { componentService, type ComponentParts } from '@skiff/component-base';
import {
  CriClient,
  hollowNetwork,
  KubeletMetrics,
  kubeletService,
  linuxSystem,
  parseResolvConf,
  pathAccess,
  serveNode,
  type Kubelet,
  type KubeletServiceOptions,
} from '@skiff/kubelet';
import { Outage, runService, serveHealthz, serveMetrics } from '@skiff/platform';
import { readConfig, type KubeletConfig } from './config';
import { measureNode } from './measure-node';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const instance = config.nodeName || hostname();
  const identity = { service: 'kubelet', userAgent: 'kubelet', instance };
  return componentService(identity, config, (parts, signal) => run(config, instance, parts, signal));
});

async function run(config: KubeletConfig, nodeName: string, parts: ComponentParts, signal: AbortSignal): Promise<void> {
  const { clock, logger } = parts;
  const metrics = new KubeletMetrics(parts.metrics);
  const runtimeOutage = new Outage({ peer: 'the container runtime', clock, logger });
  const linux = linuxSystem(logger);
  const system = config.programNetwork ? linux : { ...linux, network: hollowNetwork };
  const { kernelLog } = system;
  const endpoint = config.runtimeEndpoint;
  const runtime = new CriClient({ ...parts, endpoint, metrics, outage: runtimeOutage, kernelLog });
  await mkdir(config.rootDir, { recursive: true });
  const facts = await measureNode(config, nodeName, { runtime, machine: system.machine, clock }, signal);
  const host = parseResolvConf(await readFile(config.resolvConf, 'utf8').catch(() => ''));
  const { kubelet, run } = kubeletService(parts, {
    ...optionsOf(config),
    ...{ runtime, runtimeOutage, facts, metrics, system },
    dns: { servers: config.clusterDns, domain: config.clusterDomain, host },
  });
  await serve(config, kubelet, parts, signal);
  try {
    await run(signal);
  } finally {
    runtime.close();
    kernelLog.close();
  }
}

type GivenOptions = Omit<KubeletServiceOptions, 'runtime' | 'facts' | 'metrics' | 'dns' | 'system'>;

function optionsOf(config: KubeletConfig): GivenOptions {
  return {
    rootDirectory: config.rootDir,
    hostPathAliases: aliases(config.hostPathAliases),
    cniConfigDirectory: config.cniConfDir,
    bridge: config.bridge,
    mtu: config.mtu,
    cgroupRoot: config.cgroupRoot,
    unsafeSysctls: config.allowedUnsafeSysctls,
  };
}

/** Opens the node's ports: the service and metrics to who may, health to everybody. */
async function serve(
  config: KubeletConfig,
  kubelet: Kubelet,
  { client, clock, metrics: registry }: ComponentParts,
  signal: AbortSignal,
): Promise<void> {
  const guard = new Guard({ client, clock, times: kubeletGuardTimes });
  const tls = {
    certFile: config.tlsCertFile,
    keyFile: config.tlsKeyFile,
    clientCaFile: config.caFile,
    certificateIsOptional: true,
  };
  const health = (): undefined => undefined;
  const admit = (request: IncomingMessage, path: string): Promise<void> =>
    guard.admit(requestCredentials(request), pathAccess(kubelet.nodeName, path));
  await serveMetrics({ address: config.metricsAddress, registry, health, tls, admit }, signal);
  await serveHealthz({ address: config.healthzAddress, health }, signal);
  await serveNode(kubelet, { address: listenAddress(config), tls, guard }, signal);
}

function aliases(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(texts.map((text): [string, string] => [text.split('=')[0] ?? '', text.split('=')[1] ?? '']));
}

function listenAddress(config: KubeletConfig): string {
  const ip = config.nodeIp[0] ?? '0.0.0.0';
  return `${ip.includes(':') ? `[${ip}]` : ip}:${config.port}`;
}
