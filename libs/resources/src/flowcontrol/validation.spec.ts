import { ErrorList } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';
import { defaultFlowSchema } from './flow-schema/defaults';
import { flowSchemaTable } from './flow-schema/table';
import { flowSchemaValidation } from './flow-schema/validation';
import { defaultPriorityLevelConfiguration } from './priority-level-configuration/defaults';
import { priorityLevelConfigurationTable } from './priority-level-configuration/table';
import { priorityLevelConfigurationValidation } from './priority-level-configuration/validation';

const told = ({ causes }: ErrorList): string[] => causes.map(({ field, message }) => `${field}: ${message}`);

const resourceRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] };
const rule = { subjects: [{ kind: 'User', user: { name: 'ann' } }], resourceRules: [resourceRule] };

function schemaProblems(spec: flowcontrolv1.FlowSchemaSpec, name = 'mine', status = {}): string[] {
  const to = new ErrorList();
  const usual = { matchingPrecedence: 5, priorityLevelConfiguration: { name: 'low' }, rules: [rule] };
  flowSchemaValidation.create?.({ metadata: { name }, spec: { ...usual, ...spec }, status }, to);
  return told(to);
}

const ofRule = (more: flowcontrolv1.PolicyRulesWithSubjects): string[] =>
  schemaProblems({ rules: [{ ...rule, ...more }] });
const at = 'spec.rules[0]';

describe('A FlowSchema', () => {
  it('is fine when it says whose requests for what belong where', () => expect(schemaProblems({})).toEqual([]));

  it.each<[flowcontrolv1.FlowSchemaSpec, string]>([
    [{ matchingPrecedence: 0 }, 'spec.matchingPrecedence: Invalid value: 0: must be a positive value'],
    [{ matchingPrecedence: 10_001 }, 'spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
    [
      { matchingPrecedence: 1 },
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
    ],
    [
      { distinguisherMethod: { type: 'ByMood' } },
      'spec.distinguisherMethod.type: Unsupported value: {"type":"ByMood"}: supported values: "ByNamespace", "ByUser"',
    ],
    [
      { priorityLevelConfiguration: { name: '' } },
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
    ],
    [{ rules: [{}] }, `${at}.subjects: Required value: subjects must contain at least one value`],
  ])('is refused %j', (spec, problem) => expect(schemaProblems(spec)).toContain(problem));

  it.each<[flowcontrolv1.PolicyRulesWithSubjects, string]>([
    [
      { resourceRules: [] },
      `${at}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`,
    ],
    [
      { subjects: [{ kind: 'Robot' }] },
      `${at}.subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"`,
    ],
    [
      { subjects: [{ kind: 'User' }] },
      `${at}.subjects[0].user: Required value: user is required when subject kind is 'User'`,
    ],
    [
      { subjects: [{ kind: 'Group', group: { name: 'a' }, user: { name: 'b' } }] },
      `${at}.subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'`,
    ],
    [
      { subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: '*' } }] },
      `${at}.subjects[0].serviceAccount.namespace: Required value: must specify namespace for service account`,
    ],
    [
      { resourceRules: [{ ...resourceRule, verbs: ['*', 'get'] }] },
      `${at}.resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
    ],
    [
      { resourceRules: [{ ...resourceRule, verbs: ['peek'] }] },
      `${at}.resourceRules[0].verbs: Unsupported value: ["peek"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"`,
    ],
    [
      { resourceRules: [{ ...resourceRule, namespaces: [] }] },
      `${at}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
    ],
    [
      { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*'] }] },
      `${at}.nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching`,
    ],
  ])('is refused a rule %j', (more, problem) => expect(ofRule(more)).toEqual([problem]));

  it('of a name that is fixed stays as it is', () => {
    expect(schemaProblems({}, 'catch-all').at(-1)).toMatch(/spec of 'catch-all' must equal the fixed value$/);
  });

  it('has conditions of different types', () => {
    expect(schemaProblems({}, 'mine', { conditions: [{ type: 'A' }, { type: 'A' }, {}] })).toEqual([
      'status.conditions[1].type: Duplicate value: "A"',
      'status.conditions[2].type: Required value: must not be empty',
    ]);
  });

  it('has its defaults, and is shown as upstream shows it', () => {
    const schema: flowcontrolv1.FlowSchema = {
      metadata: { name: 'a' },
      spec: { priorityLevelConfiguration: { name: 'b' } },
    };
    defaultFlowSchema(schema);
    expect(flowSchemaTable.cells(schema, 0).slice(0, 4)).toEqual(['a', 'b', 1_000, '<none>']);
    expect(flowSchemaTable.cells(schema, 0).at(-1)).toBe('?');
  });
});

const queuing = { queues: 64, handSize: 6, queueLengthLimit: 50 };
const limited = { nominalConcurrencyShares: 10, limitResponse: { type: 'Queue', queuing } };

function levelProblems(spec: flowcontrolv1.PriorityLevelConfigurationSpec, name = 'mine'): string[] {
  const to = new ErrorList();
  priorityLevelConfigurationValidation.create?.({ metadata: { name }, spec }, to);
  return told(to);
}

const ofLimited = (more: flowcontrolv1.LimitedPriorityLevelConfiguration): string[] =>
  levelProblems({ type: 'Limited', limited: { ...limited, ...more } });
const ofQueuing = (more: flowcontrolv1.QueuingConfiguration): string[] =>
  ofLimited({ limitResponse: { type: 'Queue', queuing: { ...queuing, ...more } } });

describe('A PriorityLevelConfiguration', () => {
  it('is fine when it says how many seats there are and how requests wait', () => expect(ofLimited({})).toEqual([]));

  it.each([
    [
      levelProblems({ type: 'Exempt' }),
      "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'",
    ],
    [levelProblems({ type: 'Some' }), 'spec.type: Unsupported value: "Some": supported values: "Exempt", "Limited"'],
    [levelProblems({ type: 'Limited' }), 'spec.limited: Required value: must not be empty when type is Limited'],
    [
      ofLimited({ lendablePercent: 101 }),
      'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
    ],
    [
      ofLimited({ nominalConcurrencyShares: -1 }),
      'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
    ],
    [
      ofLimited({ borrowingLimitPercent: -1 }),
      'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
    ],
    [
      ofLimited({ limitResponse: { type: 'Reject', queuing } }),
      'spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited',
    ],
    [
      ofLimited({ limitResponse: { type: 'Queue' } }),
      'spec.limited.limitResponse.queuing: Required value: must not be empty if limited.limitResponse.type is Limited',
    ],
    [
      ofQueuing({ handSize: 65 }),
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 65: should not be greater than queues (64)',
    ],
    [
      ofQueuing({ handSize: 11 }),
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 11: required entropy bits of deckSize 64 and handSize 11 should not be greater than 60',
    ],
    [
      ofQueuing({ queues: 10_000_001, handSize: 2 }),
      'spec.limited.limitResponse.queuing.queues: Invalid value: 10000001: must not be greater than 10000000',
    ],
    [
      ofQueuing({ queueLengthLimit: -1 }),
      'spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1: must be positive',
    ],
  ])('is refused what makes no sense: %j', (problems, problem) => expect(problems).toEqual([problem]));

  it('of a name that is fixed stays as it is, but for what the exempt one lends', () => {
    expect(levelProblems({ type: 'Limited', limited }, 'catch-all')[0]).toMatch(/must equal the fixed value$/);
    expect(
      levelProblems({ type: 'Exempt', exempt: { nominalConcurrencyShares: 5, lendablePercent: 50 } }, 'exempt'),
    ).toEqual([]);
  });

  it('has its defaults, and is shown as upstream shows it', () => {
    const level: flowcontrolv1.PriorityLevelConfiguration = {
      metadata: { name: 'a' },
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
    };
    defaultPriorityLevelConfiguration(level);
    expect(priorityLevelConfigurationTable.cells(level, 0).slice(0, 6)).toEqual(['a', 'Limited', 30, 64, 8, 50]);
    const exempt = { metadata: { name: 'b' }, spec: { type: 'Exempt', exempt: {} } };
    defaultPriorityLevelConfiguration(exempt);
    expect(priorityLevelConfigurationTable.cells(exempt, 0)).toEqual(expect.arrayContaining(['Exempt', '<none>']));
    expect(exempt.spec.exempt).toEqual({ nominalConcurrencyShares: 0, lendablePercent: 0 });
  });
});
