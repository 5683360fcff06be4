import { sameValue, type ErrorList } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';

const everybody: flowcontrolv1.Subject[] = ['system:unauthenticated', 'system:authenticated'].map((name) => ({
  kind: 'Group',
  group: { name },
}));

const everything = (subjects: flowcontrolv1.Subject[]): flowcontrolv1.PolicyRulesWithSubjects[] => [
  {
    subjects,
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  },
];

/** Those without which no request belongs anywhere. Upstream: apiserver/pkg/apis/flowcontrol/bootstrap/default.go. */
export const mandatoryFlowSchemas: ReadonlyMap<string, flowcontrolv1.FlowSchemaSpec> = new Map([
  [
    'exempt',
    {
      priorityLevelConfiguration: { name: 'exempt' },
      matchingPrecedence: 1,
      rules: everything([{ kind: 'Group', group: { name: 'system:masters' } }]),
    },
  ],
  [
    'catch-all',
    {
      priorityLevelConfiguration: { name: 'catch-all' },
      matchingPrecedence: 10_000,
      distinguisherMethod: { type: 'ByUser' },
      rules: everything(everybody),
    },
  ],
]);

export const mandatoryLevels: ReadonlyMap<string, flowcontrolv1.PriorityLevelConfigurationSpec> = new Map([
  ['exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }],
  [
    'catch-all',
    {
      type: 'Limited',
      limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
    },
  ],
]);

/** What nobody may change stays as it is. */
export function keepFixed(name: string, spec: object, fixed: object | undefined, to: ErrorList): void {
  if (fixed && !sameValue(spec, fixed)) to.invalid('spec', spec, `spec of '${name}' must equal the fixed value`);
}
