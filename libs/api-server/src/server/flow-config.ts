import type { flowcontrolv1 } from '@skiff/contracts';
import type { FlowConfig, LevelConfig, Queuing, SchemaConfig, Subject } from '../flow-control/config';
import { flowSchemas, mandatoryNames, priorityLevels } from '../bootstrap/objects/flow-control';

type FlowSchema = flowcontrolv1.FlowSchema;
type PriorityLevel = flowcontrolv1.PriorityLevelConfiguration;

/** Of a hand: 60 bits of a hash choose one. */
const mostCards = 60;
/** As upstream, where a level does not say. */
const defaultQueuing = { queues: 64, handSize: 8, queueLengthLimit: 50 };

/**
 * What the objects say of how requests wait for one another. Those without which no request belongs anywhere are there
 * in any case.
 */
export function flowConfigOf(levels: Iterable<PriorityLevel>, schemas: Iterable<FlowSchema>): FlowConfig {
  return {
    levels: withMandatory([...levels], priorityLevels).map(levelOf),
    schemas: withMandatory([...schemas], flowSchemas).map(schemaOf),
  };
}

function withMandatory<T extends FlowSchema | PriorityLevel>(present: readonly T[], known: readonly T[]): readonly T[] {
  const names = new Set(present.map(({ metadata }) => metadata?.name));
  const missing = known.filter(
    ({ metadata }) => mandatoryNames.has(metadata?.name ?? '') && !names.has(metadata?.name),
  );
  return [...present, ...missing];
}

function levelOf({ metadata, spec }: PriorityLevel): LevelConfig {
  const { name = '', uid = '' } = metadata ?? {};
  const { limited, exempt } = spec ?? {};
  const isExempt = spec?.type === 'Exempt';
  const { type, queuing } = limited?.limitResponse ?? {};
  return {
    name,
    uid,
    isExempt,
    shares: (isExempt ? exempt?.nominalConcurrencyShares : limited?.nominalConcurrencyShares) ?? (isExempt ? 0 : 30),
    lendablePercent: (isExempt ? exempt?.lendablePercent : limited?.lendablePercent) ?? 0,
    borrowingLimitPercent: isExempt ? 0 : limited?.borrowingLimitPercent,
    queuing: isExempt || type === 'Reject' ? undefined : queuingOf(queuing ?? {}),
  };
}

/** An older server may have stored what makes no sense. */
function queuingOf(given: flowcontrolv1.QueuingConfiguration): Queuing {
  const queues = Math.max(1, given.queues ?? defaultQueuing.queues);
  return {
    queues,
    handSize: Math.max(1, Math.min(queues, mostCards, given.handSize ?? defaultQueuing.handSize)),
    queueLengthLimit: Math.max(1, given.queueLengthLimit ?? defaultQueuing.queueLengthLimit),
  };
}

function schemaOf({ metadata, spec }: FlowSchema): SchemaConfig {
  const { name = '', uid = '' } = metadata ?? {};
  const { priorityLevelConfiguration, matchingPrecedence = 1_000, distinguisherMethod, rules } = spec ?? {};
  const { type } = distinguisherMethod ?? {};
  return {
    name,
    uid,
    level: priorityLevelConfiguration?.name ?? '',
    precedence: matchingPrecedence,
    distinguisher: type === 'ByUser' || type === 'ByNamespace' ? type : undefined,
    rules: (rules ?? []).map((rule) => ({
      subjects: (rule.subjects ?? []).flatMap(subjectOf),
      resourceRules: (rule.resourceRules ?? []).map((one) => ({
        verbs: one.verbs ?? [],
        apiGroups: one.apiGroups ?? [],
        resources: one.resources ?? [],
        clusterScope: one.clusterScope ?? false,
        namespaces: one.namespaces ?? [],
      })),
      nonResourceRules: (rule.nonResourceRules ?? []).map(({ verbs, nonResourceURLs }) => ({
        verbs: verbs ?? [],
        nonResourceURLs: nonResourceURLs ?? [],
      })),
    })),
  };
}

function subjectOf({ kind, user, group, serviceAccount }: flowcontrolv1.Subject): Subject[] {
  if (kind === 'User' && user) return [{ kind, name: user.name ?? '' }];
  if (kind === 'Group' && group) return [{ kind, name: group.name ?? '' }];
  if (kind !== 'ServiceAccount' || !serviceAccount) return [];
  return [{ kind, namespace: serviceAccount.namespace ?? '', name: serviceAccount.name ?? '' }];
}
