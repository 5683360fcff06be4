import {
  jsonSchema,
  type Field,
  type MapField,
  type NumberField,
  type SettingField,
  type TextField,
  type ValueOf,
} from './fields';
import { labelKey, labelValue, taintForm } from './labels';
import { serviceSettings } from './generated/service-settings';

const text = <const Rest extends Omit<TextField, 'kind' | 'description'>>(
  description: string,
  rest: Rest,
): { readonly kind: 'text'; readonly description: string } & Rest => ({ kind: 'text', description, ...rest });
const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const port = (description: string): NumberField => ({ kind: 'number', description, min: 1, max: 65_535 });
const range = (description: string): TextField => ({
  kind: 'text',
  description,
  pattern: new RegExp(`^(${octet}\\.){3}${octet}/([89]|[12]\\d|30)$`),
  expected: 'a range of IPv4 addresses such as 10.96.0.0/16',
});
const object = <const Fields extends Readonly<Record<string, Field>>>(
  description: string,
  fields: Fields,
): { kind: 'object'; description: string; fields: Fields } => ({ kind: 'object', description, fields });
const list = <const Item extends Field>(
  description: string,
  of: Item,
): { kind: 'list'; description: string; of: Item } => ({ kind: 'list', description, of });
const map = <const Item extends Field>(
  description: string,
  keys: MapField['keys'],
  of: Item,
): { kind: 'map'; description: string; keys: MapField['keys']; of: Item } => ({ kind: 'map', description, keys, of });

const node = object('A node, or several that are alike.', {
  name: text('Its name; by default that of the cluster, "node" and a number.', {
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    expected: 'a name of lower case letters, digits, "-" and "." with a letter or digit at both ends',
  }),
  count: { kind: 'number', description: 'How many such nodes; one by default, and without a name.', min: 1, max: 20 },
  labels: map('Labels that the administrator gives it.', labelKey, {
    kind: 'text',
    description: 'The value of the label.',
    ...labelValue,
  }),
  taints: list('Taints that it has from its start on.', {
    kind: 'text',
    description: 'As key=value:effect.',
    pattern: taintForm,
    expected: 'key=value:effect, with NoSchedule, PreferNoSchedule or NoExecute for an effect,',
  }),
});

interface SettingsField {
  readonly kind: 'object';
  readonly description: string;
  readonly fields: Readonly<Record<string, SettingField>>;
}

/** What `settings` may say of each service, by the service's name here and as a program. */
const settingsOf = (program: keyof typeof serviceSettings): SettingsField => ({
  kind: 'object',
  description: `Settings of the ${program}, as docs/reference/services.md has them.`,
  fields: Object.fromEntries(
    Object.entries(serviceSettings[program]).map(([name, description]): [string, SettingField] => [
      name,
      { kind: 'setting', description },
    ]),
  ),
});

/** The names of services in the file, and as programs. */
export const services = {
  apiServer: 'api-server',
  controllerManager: 'controller-manager',
  scheduler: 'scheduler',
  kubelet: 'kubelet',
  proxy: 'proxy',
  dns: 'dns',
  traces: 'traces',
} as const satisfies Record<string, keyof typeof serviceSettings>;

/** A file for `skiff up --config`. */
export const clusterFields = {
  ...object('A cluster, for `skiff up --config`. Paths are relative to the file.', {
    apiVersion: text('The version of this form.', { choices: ['skiff/v1alpha1'] }),
    kind: text('What the file describes.', { choices: ['Cluster'] }),
    name: text('Its name; --name wins over it.', {
      pattern: /^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/,
      expected: 'a name of at most 22 lower-case letters, digits and dashes, beginning with a letter,',
    }),
    store: text('Where objects are kept; embedded by default.', { choices: ['embedded', 'etcd'] }),
    address: text('Without nodes on this machine: where nodes on others reach the control plane.', {
      pattern: new RegExp(`^(${octet}\\.){3}${octet}$`),
      expected: 'an IPv4 address',
    }),
    nodes: list('Its nodes; two by default.', node),
    network: object('Ranges of addresses; the defaults are free or not seen outside of the nodes.', {
      nodes: text('The network of the nodes, a /24; by default a free one.', {
        pattern: new RegExp(`^(${octet}\\.){3}0/24$`),
        expected: 'a range such as 172.31.30.0/24',
      }),
      pods: range('The addresses of pods; 10.244.0.0/16 by default.'),
      services: range('The cluster IPs of Services; 10.96.0.0/16 by default.'),
    }),
    ports: object('Ports on loopback; free ones by default.', {
      apiServer: port('The port of the API server.'),
      others: port('The first of six ports for etcd, traces, metrics and the scheduler.'),
    }),
    settings: object('Further settings of services.', {
      apiServer: settingsOf('api-server'),
      controllerManager: settingsOf('controller-manager'),
      scheduler: settingsOf('scheduler'),
      kubelet: settingsOf('kubelet'),
      proxy: settingsOf('proxy'),
      dns: settingsOf('dns'),
      traces: settingsOf('traces'),
    }),
    scheduler: object('How pods are placed: docs/guides/scheduler-plugin.md.', {
      config: text('A file of kind KubeSchedulerConfiguration.', {}),
      plugins: list('Modules with further plugins.', { kind: 'text', description: 'A CommonJS file.' }),
    }),
    images: list('Images to put on every node.', {
      kind: 'text',
      description: 'An archive, a folder (OCI layout), or the name of an image that a Docker engine has.',
    }),
  }),
  required: ['apiVersion', 'kind'],
} as const;

export type ClusterConfig = ValueOf<typeof clusterFields>;

/** Of the file, for editors and for the reference page. */
export const clusterSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Cluster',
  ...jsonSchema(clusterFields),
});
