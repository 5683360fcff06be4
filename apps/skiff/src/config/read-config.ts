import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ClusterRequest, NodeRequest } from '../cluster/plan';
import type { ServiceSettings } from '../cluster/state';
import { messageOf, UsageError } from '../errors';
import { podRange, serviceRange } from '../network/network';
import { overlaps } from '../network/ranges';
import { clusterFields, services, type ClusterConfig } from './cluster-config';
import { looksLikeFile } from '../images/source';
import type { SettingValue } from './fields';
import { reservedSettings } from './reserved-settings';
import { pathSettings } from './generated/service-settings';
import { readYaml } from './validate';

/** What a configuration file asks for: of a cluster only what it names. */
export interface WantedCluster {
  readonly cluster: Partial<Omit<ClusterRequest, 'root'>>;
  /** Archives and folders with their full paths, and names of images. */
  readonly images: readonly string[];
}

/** Reads a file for `skiff up --config`; throws a UsageError with everything that is wrong with it. */
export function readConfig(file: string): WantedCluster {
  const reading = readYaml(file, textOf(file), clusterFields);
  if ('problems' in reading) throw new UsageError(reading.problems.join('\n'));
  // The value was validated to be what the fields say.
  const config = reading.value as ClusterConfig;
  const problems = problemsOf(config, file);
  if (problems.length > 0) throw new UsageError(problems.map((problem) => `${file}: ${problem}`).join('\n'));
  return { cluster: requestOf(config, file), images: (config.images ?? []).map((image) => located(image, file)) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the configuration file cannot be read: ${messageOf(error)}`);
  }
}

/** What is wrong with parts of the file together. */
function problemsOf(
  { nodes = [], network = {}, settings = {}, scheduler = {}, images = [] }: ClusterConfig,
  file: string,
): string[] {
  const { pods = podRange, services: serviceAddresses = serviceRange } = network;
  const ranges = [pods, serviceAddresses, ...(network.nodes === undefined ? [] : [network.nodes])];
  const given = serviceNames.flatMap((service) =>
    Object.keys(settings[service] ?? {}).map((setting) => [service, setting] as const),
  );
  const ofScheduler = [...(scheduler.config === undefined ? [] : [scheduler.config]), ...(scheduler.plugins ?? [])];
  return [
    ...nodes.flatMap(({ name, count = 1 }, index) =>
      name !== undefined && (count > 1 || nodes.slice(0, index).some((before) => before.name === name))
        ? [`nodes[${index}]: only one node can have the name "${name}"`]
        : [],
    ),
    ...ranges.flatMap((range, index) =>
      ranges.slice(index + 1).some((other) => overlaps(range, other)) ? [`network: ${range} overlaps another`] : [],
    ),
    ...reservedSettings(given).map((name) => `settings.${name}: \`skiff up\` sets this itself`),
    ...['config', 'plugins'].flatMap((name) =>
      settings.scheduler !== undefined && name in settings.scheduler
        ? [`settings.scheduler.${name}: write scheduler.${name}`]
        : [],
    ),
    ...ofScheduler.flatMap((path) =>
      existsSync(beside(path, file)) ? [] : [`scheduler: there is no file ${beside(path, file)}`],
    ),
    ...images.flatMap((image, index) =>
      looksLikeFile(image) && !existsSync(beside(image, file))
        ? [`images[${index}]: there is no file ${beside(image, file)}`]
        : [],
    ),
  ];
}

// Keys of a constant are what its type says.
const serviceNames = Object.keys(services) as readonly (keyof typeof services)[];

function requestOf(config: ClusterConfig, file: string): WantedCluster['cluster'] {
  const { name, store, address, nodes, network = {}, ports = {} } = config;
  const settings = settingsOf(config, file);
  return {
    ...(name !== undefined && { name }),
    ...(store !== undefined && { store }),
    ...(address !== undefined && { address }),
    ...(nodes !== undefined && { nodes: nodes.flatMap(({ count = 1, ...node }) => nodesOf(node, count)) }),
    ...(network.nodes !== undefined && { nodeRange: network.nodes }),
    ...(network.pods !== undefined && { podRange: network.pods }),
    ...(network.services !== undefined && { serviceRange: network.services }),
    ...(ports.apiServer !== undefined && { apiPort: ports.apiServer }),
    ...(ports.others !== undefined && { basePort: ports.others }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

const nodesOf = (node: NodeRequest, count: number): NodeRequest[] => Array.from({ length: count }, () => node);

/** Flags by service. */
function settingsOf({ settings = {}, scheduler }: ClusterConfig, file: string): ServiceSettings {
  const flags = serviceNames.map((name): [string, Record<string, string>] => [
    services[name],
    {
      ...Object.fromEntries(
        Object.entries<SettingValue | undefined>(settings[name] ?? {}).map(([key, value]) => [
          key,
          flagValue(value, pathSettings.has(key) ? file : undefined),
        ]),
      ),
      ...(name === 'scheduler' && scheduler?.config !== undefined && { config: beside(scheduler.config, file) }),
      ...(name === 'scheduler' &&
        scheduler?.plugins !== undefined && {
          plugins: scheduler.plugins.map((path) => beside(path, file)).join(','),
        }),
    },
  ]);
  return Object.fromEntries(flags.filter(([, values]) => Object.keys(values).length > 0));
}

/** `file` is the one that a path is relative to. Empty says that there is none. */
function flagValue(value: SettingValue | undefined, file: string | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return file === undefined || text === '' ? text : beside(text, file);
}

const beside = (path: string, file: string): string => resolve(dirname(file), path);

/** An archive or folder, from where the file is; a name of an image is left as it is. */
function located(image: string, file: string): string {
  const path = beside(image, file);
  return existsSync(path) || looksLikeFile(image) ? path : image;
}
