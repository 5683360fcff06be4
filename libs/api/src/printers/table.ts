import type { appsv1, batchv1, coordinationv1, corev1, discoveryv1, eventsv1, Kind } from '@skiff/contracts';
import { formatLabelSelector } from '../selectors/label-selector';
import { age, humanDuration } from './human';
import { podCells } from './pod';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with -o wide. */
  readonly priority: number;
}

interface Printed {
  metadata?: { name?: string | undefined; creationTimestamp?: string | undefined } | undefined;
}

interface Printer {
  readonly columns: readonly ColumnDefinition[];
  cells(object: never, now: number): unknown[];
}

const column = (
  name: string,
  description: string,
  options: { type?: string; wide?: boolean } = {},
): ColumnDefinition => ({
  name,
  type: options.type ?? 'string',
  format: name === 'Name' ? 'name' : '',
  description,
  priority: options.wide ? 1 : 0,
});

const nameColumn = column('Name', 'Name of the object, unique within its namespace.');
const ageColumn = column('Age', 'Time since the object was created.');
const nameOf = (object: Printed): string => object.metadata?.name ?? '';
const ageOf = (object: Printed, now: number): string => age(object.metadata?.creationTimestamp, now);
const containersOf = (template: corev1.PodTemplateSpec | undefined): [string, string] => [
  (template?.spec?.containers ?? []).map(({ name }) => name).join(','),
  (template?.spec?.containers ?? []).map(({ image }) => image).join(','),
];
const workloadColumns = [
  column('Containers', 'Names of the containers of its pods.', { wide: true }),
  column('Images', 'Images of the containers of its pods.', { wide: true }),
  column('Selector', 'Which pods belong to it.', { wide: true }),
];

const printers = new Map<string, Printer>();
function printer<T>(
  resource: string,
  columns: readonly ColumnDefinition[],
  cells: (object: T, now: number) => unknown[],
): void {
  printers.set(resource, { columns, cells });
}

printer<corev1.Pod>(
  '/pods',
  [
    nameColumn,
    column('Ready', 'How many of its containers are ready.'),
    column('Status', 'What the pod is doing.'),
    column('Restarts', 'How often its containers have been restarted, and when last.'),
    ageColumn,
    column('IP', 'Address of the pod.', { wide: true }),
    column('Node', 'The node it is bound to.', { wide: true }),
    column('Nominated Node', 'The node that is being cleared for it.', { wide: true }),
    column('Readiness Gates', 'How many of its readiness gates have passed.', { wide: true }),
  ],
  podCells,
);

printer<corev1.Node>(
  '/nodes',
  [
    nameColumn,
    column('Status', 'Whether the node takes and runs pods.'),
    column('Roles', 'Roles by its labels.'),
    ageColumn,
    column('Version', 'Version of its kubelet.'),
    column('Internal-IP', 'Address within the cluster.', { wide: true }),
    column('External-IP', 'Address from outside.', { wide: true }),
    column('OS-Image', 'Its operating system.', { wide: true }),
    column('Kernel-Version', 'Its kernel.', { wide: true }),
    column('Container-Runtime', 'Its container runtime.', { wide: true }),
  ],
  (node, now) => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    const status = [
      ready?.status === 'True' ? 'Ready' : ready ? 'NotReady' : 'Unknown',
      ...(node.spec?.unschedulable ? ['SchedulingDisabled'] : []),
    ];
    const roles = Object.entries(node.metadata?.labels ?? {})
      .flatMap(([key, value]) =>
        key.startsWith('node-role.kubernetes.io/') ? [key.slice(24)] : key === 'kubernetes.io/role' ? [value] : [],
      )
      .filter(Boolean)
      .sort();
    const address = (kind: string): string =>
      node.status?.addresses?.find(({ type }) => type === kind)?.address ?? '<none>';
    const info = node.status?.nodeInfo;
    return [
      nameOf(node),
      status.join(','),
      roles.join(',') || '<none>',
      ageOf(node, now),
      info?.kubeletVersion ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info?.osImage || '<unknown>',
      info?.kernelVersion || '<unknown>',
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
);

printer<appsv1.Deployment>(
  'apps/deployments',
  [
    nameColumn,
    column('Ready', 'Ready pods of those wanted.'),
    column('Up-to-date', 'Pods of the newest template.'),
    column('Available', 'Pods that have been ready long enough.'),
    ageColumn,
    ...workloadColumns,
  ],
  (deployment, now) => {
    const { spec, status } = deployment;
    return [
      nameOf(deployment),
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      ageOf(deployment, now),
      ...containersOf(spec?.template),
      formatLabelSelector(spec?.selector),
    ];
  },
);

printer<appsv1.ReplicaSet>(
  'apps/replicasets',
  [
    nameColumn,
    column('Desired', 'Pods that are wanted.', { type: 'integer' }),
    column('Current', 'Pods that exist.', { type: 'integer' }),
    column('Ready', 'Pods that are ready.', { type: 'integer' }),
    ageColumn,
    ...workloadColumns,
  ],
  (set, now) => [
    nameOf(set),
    set.spec?.replicas ?? 0,
    set.status?.replicas ?? 0,
    set.status?.readyReplicas ?? 0,
    ageOf(set, now),
    ...containersOf(set.spec?.template),
    formatLabelSelector(set.spec?.selector),
  ],
);

printer<appsv1.StatefulSet>(
  'apps/statefulsets',
  [nameColumn, column('Ready', 'Ready pods of those wanted.'), ageColumn, ...workloadColumns.slice(0, 2)],
  (set, now) => [
    nameOf(set),
    `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
    ageOf(set, now),
    ...containersOf(set.spec?.template),
  ],
);

printer<appsv1.DaemonSet>(
  'apps/daemonsets',
  [
    nameColumn,
    ...['Desired', 'Current', 'Ready', 'Up-to-date', 'Available'].map((name) =>
      column(name, `Nodes that run its pod: ${name.toLowerCase()}.`, { type: 'integer' }),
    ),
    column('Node Selector', 'Which nodes run it.'),
    ageColumn,
    ...workloadColumns,
  ],
  (set, now) => {
    const { spec, status } = set;
    const selector = Object.entries(spec?.template?.spec?.nodeSelector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(',');
    return [
      nameOf(set),
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      selector || '<none>',
      ageOf(set, now),
      ...containersOf(spec?.template),
      formatLabelSelector(spec?.selector),
    ];
  },
);

printer<batchv1.Job>(
  'batch/jobs',
  [
    nameColumn,
    column('Status', 'What the job is doing.'),
    column('Completions', 'Completed pods of those wanted.'),
    column('Duration', 'How long it has run.'),
    ageColumn,
    ...workloadColumns,
  ],
  (job, now) => {
    const { spec, status } = job;
    const is = (type: string): boolean =>
      status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
    const state = is('Complete')
      ? 'Complete'
      : is('Failed')
        ? 'Failed'
        : job.metadata?.deletionTimestamp
          ? 'Terminating'
          : is('Suspended')
            ? 'Suspended'
            : is('FailureTarget')
              ? 'FailureTarget'
              : is('SuccessCriteriaMet')
                ? 'SuccessCriteriaMet'
                : 'Running';
    const wanted = spec?.completions ?? ((spec?.parallelism ?? 0) > 1 ? `1 of ${spec?.parallelism}` : 1);
    const end = status?.completionTime ? Date.parse(status.completionTime) : now;
    return [
      nameOf(job),
      state,
      `${status?.succeeded ?? 0}/${wanted}`,
      status?.startTime ? humanDuration(end - Date.parse(status.startTime)) : '',
      ageOf(job, now),
      ...containersOf(spec?.template),
      formatLabelSelector(spec?.selector),
    ];
  },
);

printer<corev1.Service>(
  '/services',
  [
    nameColumn,
    column('Type', 'How it is reached.'),
    column('Cluster-IP', 'Its address within the cluster.'),
    column('External-IP', 'Its address from outside.'),
    column('Port(s)', 'Its ports.'),
    ageColumn,
    column('Selector', 'Which pods serve it.', { wide: true }),
  ],
  (service, now) => {
    const { spec, status } = service;
    const balancer = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname);
    const outside =
      spec?.type === 'ExternalName'
        ? (spec.externalName ?? '')
        : [...balancer, ...(spec?.externalIPs ?? [])].join(',') ||
          (spec?.type === 'LoadBalancer' ? '<pending>' : '<none>');
    const ports = (spec?.ports ?? [])
      .map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`)
      .join(',');
    const selector = Object.entries(spec?.selector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(',');
    return [
      nameOf(service),
      spec?.type ?? '',
      spec?.clusterIP || '<none>',
      outside,
      ports || '<none>',
      ageOf(service, now),
      selector || '<none>',
    ];
  },
);

printer<corev1.Namespace>(
  '/namespaces',
  [nameColumn, column('Status', 'Whether it is in use or going.'), ageColumn],
  (namespace, now) => [nameOf(namespace), namespace.status?.phase ?? '', ageOf(namespace, now)],
);
printer<corev1.ConfigMap>(
  '/configmaps',
  [nameColumn, column('Data', 'How many entries it has.'), ageColumn],
  (map, now) => [
    nameOf(map),
    Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length,
    ageOf(map, now),
  ],
);
printer<corev1.Secret>(
  '/secrets',
  [nameColumn, column('Type', 'What kind of secret it is.'), column('Data', 'How many entries it has.'), ageColumn],
  (secret, now) => [nameOf(secret), secret.type ?? '', Object.keys(secret.data ?? {}).length, ageOf(secret, now)],
);
printer<corev1.ServiceAccount>(
  '/serviceaccounts',
  [nameColumn, column('Secrets', 'How many secrets it lists.'), ageColumn],
  (account, now) => [nameOf(account), account.secrets?.length ?? 0, ageOf(account, now)],
);
printer<coordinationv1.Lease>(
  'coordination.k8s.io/leases',
  [nameColumn, column('Holder', 'Who holds it.'), ageColumn],
  (lease, now) => [nameOf(lease), lease.spec?.holderIdentity ?? '', ageOf(lease, now)],
);

printer<corev1.Endpoints>(
  '/endpoints',
  [nameColumn, column('Endpoints', 'Addresses and ports.'), ageColumn],
  (endpoints, now) => {
    const all = (endpoints.subsets ?? []).flatMap(({ addresses, ports }) =>
      ports?.length
        ? ports.flatMap((port) => (addresses ?? []).map(({ ip }) => `${ip}:${port.port}`))
        : (addresses ?? []).map(({ ip }) => ip ?? ''),
    );
    return [nameOf(endpoints), firstOf(all), ageOf(endpoints, now)];
  },
);

function firstOf(all: readonly string[]): string {
  return all.length === 0
    ? '<none>'
    : all.length > 3
      ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`
      : all.join(',');
}

printer<discoveryv1.EndpointSlice>(
  'discovery.k8s.io/endpointslices',
  [
    nameColumn,
    column('AddressType', 'What its addresses are.'),
    column('Ports', 'Its ports.'),
    column('Endpoints', 'Its addresses.'),
    ageColumn,
  ],
  (slice, now) => [
    nameOf(slice),
    slice.addressType ?? '',
    (slice.ports ?? []).map(({ port }) => port ?? '*').join(',') || '<unset>',
    firstOf((slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])).replace('<none>', '<unset>'),
    ageOf(slice, now),
  ],
);

printer<corev1.Event>(
  '/events',
  [
    column('Last Seen', 'When it happened last.'),
    column('Type', 'Normal or Warning.'),
    column('Reason', 'Why, in one word.'),
    column('Object', 'What it is about.'),
    column('Subobject', 'Which part of it.', { wide: true }),
    column('Source', 'Who tells it.', { wide: true }),
    column('Message', 'What happened.'),
    column('First Seen', 'When it happened first.', { wide: true }),
    column('Count', 'How often it happened.', { wide: true }),
    { ...nameColumn, priority: 1 },
  ],
  (event, now) => {
    const first = event.firstTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp;
    const about = event.involvedObject;
    const source = [event.source?.component || event.reportingComponent, event.source?.host || event.reportingInstance]
      .filter(Boolean)
      .join(', ');
    return [
      age(event.lastTimestamp ?? first, now),
      event.type ?? '',
      event.reason ?? '',
      `${(about?.kind ?? '').toLowerCase()}/${about?.name ?? ''}`,
      about?.fieldPath ?? '',
      source,
      (event.message ?? '').trim(),
      age(first, now),
      event.count || event.series?.count || 1,
      nameOf(event),
    ];
  },
);

printer<eventsv1.Event>('events.k8s.io/events', printers.get('/events')?.columns ?? [], (event, now) => {
  const first = event.deprecatedFirstTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp;
  const about = event.regarding;
  return [
    age(event.deprecatedLastTimestamp ?? first, now),
    event.type ?? '',
    event.reason ?? '',
    `${(about?.kind ?? '').toLowerCase()}/${about?.name ?? ''}`,
    about?.fieldPath ?? '',
    event.reportingController ?? '',
    (event.note ?? '').trim(),
    age(first, now),
    event.deprecatedCount || 1,
    nameOf(event),
  ];
});

const plain: Printer = {
  columns: [nameColumn, column('Created At', 'When it was created.', { type: 'date' })],
  cells: (object: Printed) => [nameOf(object), object.metadata?.creationTimestamp ?? ''],
};
const aged: Printer = {
  columns: [nameColumn, ageColumn],
  cells: (object: Printed, now: number) => [nameOf(object), ageOf(object, now)],
};

/** Columns and rows of objects of a kind, as kubectl prints them. `now` is in milliseconds since the epoch. */
export function tableFor<T>(
  kind: Kind<T>,
  objects: readonly T[],
  now: number,
): { columnDefinitions: readonly ColumnDefinition[]; rows: unknown[][] } {
  const found = printers.get(`${kind.group}/${kind.plural}`) ?? (kind.plural === '' ? plain : aged);
  return { columnDefinitions: found.columns, rows: objects.map((object) => found.cells(object as never, now)) };
}
