import type { flowcontrolv1 } from '@skiff/contracts';
import { sameValue } from '@skiff/apimachinery';

type FlowSchema = flowcontrolv1.FlowSchema;
type PriorityLevel = flowcontrolv1.PriorityLevelConfiguration;
type Subject = flowcontrolv1.Subject;
type Rules = flowcontrolv1.PolicyRulesWithSubjects;

const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
/** Whether an object's specification is the server's to keep up to date. */
export const autoUpdate = 'apf.kubernetes.io/autoupdate-spec';
const metadata = (name: string) => ({ name, annotations: { [autoUpdate]: 'true' } });

const level = (name: string, spec: flowcontrolv1.PriorityLevelConfigurationSpec): PriorityLevel => ({
  kind: 'PriorityLevelConfiguration',
  apiVersion,
  metadata: metadata(name),
  spec,
});

function queueing(
  name: string,
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues: number,
  handSize: number,
): PriorityLevel {
  const limitResponse = { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } };
  return level(name, { type: 'Limited', limited: { nominalConcurrencyShares, lendablePercent, limitResponse } });
}

const users = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'User', user: { name } }));
const groups = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'Group', group: { name } }));
const systemAccounts = (...names: string[]): Subject[] =>
  names.map((name) => ({ kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name } }));

/** Everything that these subjects ask for. */
const everything = (subjects: Subject[]): Rules => ({
  subjects,
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
});

const verbs = ['get', 'create', 'update'];
const leases = (subjects: Subject[]): Rules => ({
  subjects,
  resourceRules: [{ verbs, apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ['*'] }],
});

function schema(
  name: string,
  priorityLevel: string,
  matchingPrecedence: number,
  distinguisher: 'ByUser' | 'ByNamespace' | undefined,
  rules: Rules,
): FlowSchema {
  return {
    kind: 'FlowSchema',
    apiVersion,
    metadata: metadata(name),
    spec: {
      priorityLevelConfiguration: { name: priorityLevel },
      matchingPrecedence,
      ...(distinguisher && { distinguisherMethod: { type: distinguisher } }),
      rules: [rules],
    },
  };
}

const everybody = groups('system:unauthenticated', 'system:authenticated');
const nodes = groups('system:nodes');
const managers = users('system:kube-controller-manager');
const schedulers = users('system:kube-scheduler');

/** The priority levels that a cluster starts with. Upstream: apiserver/pkg/apis/flowcontrol/bootstrap/default.go. */
export const priorityLevels: readonly PriorityLevel[] = [
  level('exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
  level('catch-all', {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  }),
  queueing('system', 30, 33, 64, 6),
  queueing('node-high', 40, 25, 64, 6),
  queueing('leader-election', 10, 0, 16, 4),
  queueing('workload-high', 40, 50, 128, 6),
  queueing('workload-low', 100, 90, 128, 6),
  queueing('global-default', 20, 50, 128, 6),
];

/** The flow schemas that a cluster starts with. Upstream: the same file. */
export const flowSchemas: readonly FlowSchema[] = [
  schema('exempt', 'exempt', 1, undefined, everything(groups('system:masters'))),
  schema('probes', 'exempt', 2, undefined, {
    subjects: everybody,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema(
    'system-leader-election',
    'leader-election',
    100,
    'ByUser',
    leases([...managers, ...schedulers, ...systemAccounts('*')]),
  ),
  schema('endpoint-controller', 'workload-high', 150, 'ByUser', {
    subjects: [...managers, ...systemAccounts('endpoint-controller', 'endpointslicemirroring-controller')],
    resourceRules: [{ verbs, apiGroups: [''], resources: ['endpoints'], namespaces: ['*'] }],
  }),
  schema('workload-leader-election', 'leader-election', 200, 'ByUser', leases(systemAccounts('*'))),
  schema('system-node-high', 'node-high', 400, 'ByUser', {
    subjects: nodes,
    resourceRules: [
      { verbs: ['*'], apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: ['*'] },
      { verbs: ['*'], apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ['*'] },
    ],
  }),
  schema('system-nodes', 'system', 500, 'ByUser', everything(nodes)),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', everything(managers)),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', everything(schedulers)),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', everything(systemAccounts('*'))),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', everything(groups('system:serviceaccounts'))),
  schema('global-default', 'global-default', 9900, 'ByUser', everything(everybody)),
  schema('catch-all', 'catch-all', 10000, 'ByUser', everything(everybody)),
];

/** Those that are there in any case, as they are. */
export const mandatoryNames: ReadonlySet<string> = new Set(['exempt', 'catch-all']);

/**
 * An object that is there with the specification that it ought to have; undefined when it has it. Those that are
 * not mandatory keep what somebody gave them: their annotation says so, or, without one, that they were changed.
 * Upstream: pkg/registry/flowcontrol/ensurer/strategy.go.
 */
export function mergeFlowControl<T extends FlowSchema | PriorityLevel>(existing: T, expected: T): T | undefined {
  const { name = '', annotations, generation } = existing.metadata ?? {};
  const isMandatory = mandatoryNames.has(name);
  const isKept = isMandatory || isTrue(annotations?.[autoUpdate], generation === 1);
  const said = String(isKept);
  const spec = isKept ? { ...expected.spec, ...lent(existing) } : existing.spec;
  if (annotations?.[autoUpdate] === said && sameValue(existing.spec, spec)) return undefined;
  return { ...existing, metadata: { ...existing.metadata, annotations: { ...annotations, [autoUpdate]: said } }, spec };
}

/** How many seats the exempt level lends is anybody's to say. */
const lent = ({ spec }: FlowSchema | PriorityLevel): object =>
  spec && 'exempt' in spec && spec.exempt ? { exempt: spec.exempt } : {};

const isTrue = (text: string | undefined, otherwise: boolean): boolean =>
  text === 'true' || text === 'false' ? text === 'true' : otherwise;
