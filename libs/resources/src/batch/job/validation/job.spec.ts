import { normalizeObject, messageSchema } from '@skiff/apimachinery';
import { type batchv1, Kinds } from '@skiff/contracts';
import { applyDefaults } from '../../../resource-of';
import { validateCreate, validateUpdate } from '../../../testing/by-kind';
import { problemsOf } from '../../../testing/problems-of';

const labels = {
  'controller-uid': 'u',
  'job-name': 'j',
  'batch.kubernetes.io/controller-uid': 'u',
  'batch.kubernetes.io/job-name': 'j',
};

const template = {
  metadata: { labels },
  spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
};

/** A job as the API server has it before it looks for mistakes. */
function job(spec: object, { status = {}, name = 'j' }: { status?: object; name?: string } = {}): batchv1.Job {
  const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } };
  const body = { spec: { selector, template, ...spec }, status };
  const object = normalizeObject<batchv1.Job>(messageSchema(Kinds.Job.message), body, { unknownFields: [] });
  object.metadata = { name, namespace: 'n', uid: 'u' };
  applyDefaults(Kinds.Job, object);
  return object;
}

const creating = (spec: object, name = 'j'): string[] =>
  problemsOf(() => validateCreate(Kinds.Job, job(spec, { name })));

const changing = (from: object, into: object, status = {}): string[] =>
  problemsOf(() => validateUpdate(Kinds.Job, job(into), job(from, { status }), ''));

const indexed = { completionMode: 'Indexed', completions: 5, parallelism: 2 };

describe('A new job', () => {
  it('has limits that are not negative, and those of Indexed jobs only with indexes', () => {
    expect(creating(indexed)).toEqual([]);
    expect(creating({ parallelism: -1, backoffLimitPerIndex: -1, maxFailedIndexes: 1 })).toEqual([
      'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
      'spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0',
      'spec.backoffLimitPerIndex: Invalid value: -1: requires indexed completion mode',
      'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
    ]);
    expect(creating({ ...indexed, maxFailedIndexes: 6 })).toEqual([
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
      'spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions',
    ]);
    expect(creating({ ...indexed, completions: 200_000, parallelism: 20_000, backoffLimitPerIndex: 1 })).toEqual([
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
      'spec.parallelism: Invalid value: 20000: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ]);
    expect(creating({ completionMode: 'Some' })).toEqual([
      'spec.completionMode: Unsupported value: "Some": supported values: "NonIndexed", "Indexed"',
    ]);
  });

  it('selects its own pods, whose names are those of hosts', () => {
    const other = { ...template, metadata: { labels: { ...labels, 'job-name': 'x' } } };
    expect(creating({ template: other })).toEqual([
      expect.stringMatching(/^spec\.template\.metadata\.labels\[job-name\]: Invalid value: .*: must be 'j'$/),
    ]);
    expect(creating({ selector: { matchLabels: { a: 'b' } } })).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` not auto-generated',
      expect.stringContaining(
        'spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"u"',
      ),
    ]);
    const long = 'a'.repeat(62);
    const named = {
      ...template,
      metadata: { labels: { ...labels, 'job-name': long, 'batch.kubernetes.io/job-name': long } },
    };
    expect(creating({ ...indexed, template: named }, long)).toEqual([
      `metadata.name: Invalid value: "${long}": will not able to create pod with invalid DNS label: ${long}-4`,
    ]);
  });

  it('is managed by somebody with a domain', () => {
    expect(creating({ managedBy: 'acme.io/jobs' })).toEqual([]);
    expect(creating({ managedBy: 'acme' })).toEqual([
      'spec.managedBy: Invalid value: "acme": must be a domain-prefixed path (such as "acme.io/foo")',
    ]);
  });

  it('says of each failure of a pod what comes of it', () => {
    const rules = (...list: object[]): string[] => creating({ podFailurePolicy: { rules: list } });
    expect(rules({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] })).toEqual([]);
    expect(
      rules({ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1, 0, 1], containerName: 'x' } }),
    ).toEqual([
      'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
      'spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator',
      'spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 1',
      'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [1,0,1]: must be ordered',
    ]);
    expect(rules({}, { action: 'Burn', onExitCodes: { operator: 'In', values: [1] } })).toEqual([
      'spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
      'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
      'spec.podFailurePolicy.rules[1].action: Unsupported value: "Burn": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
    ]);
    expect(creating({ podFailurePolicy: { rules: [] }, podReplacementPolicy: 'TerminatingOrFailed' })).toEqual([
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
    ]);
  });

  it('says what counts as success by indexes that it has', () => {
    const rules = (...list: object[]): string[] => creating({ ...indexed, successPolicy: { rules: list } });
    expect(rules({ succeededIndexes: '0,2-4', succeededCount: 3 })).toEqual([]);
    const path = 'spec.successPolicy.rules';
    const parsing = (text: string): string => `Invalid value: "${text}": error parsing succeededIndexes:`;
    expect(rules()).toEqual([
      `${path}: Required value: at least one rules must be specified when the successPolicy is specified`,
    ]);
    expect(rules({}, { succeededIndexes: '3-1' }, { succeededIndexes: '1-2-3' }, { succeededIndexes: '5' })).toEqual([
      `${path}[0]: Required value: at least one of succeededCount or succeededIndexes must be specified`,
      `${path}[1].succeededIndexes: ${parsing('3-1')} non-increasing order, previous: 3, current: 1`,
      `${path}[2].succeededIndexes: ${parsing('1-2-3')} the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
      `${path}[3].succeededIndexes: ${parsing('5')} too large index: "5"`,
    ]);
    expect(rules({ succeededIndexes: '0,x' }, { succeededIndexes: '0-1', succeededCount: 6 })).toEqual([
      `${path}[0].succeededIndexes: ${parsing('0,x')} cannot convert string to integer for index: "x"`,
      `${path}[1].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)`,
      `${path}[1].succeededCount: Invalid value: 6: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)`,
    ]);
    expect(creating({ successPolicy: { rules: [{ succeededCount: 1 }] } })).toEqual([
      'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
    ]);
  });
});

describe('A change of a job', () => {
  it('leaves what it counts and how alone, but for Indexed jobs that run all of it', () => {
    expect(changing(indexed, { ...indexed, completions: 6 })).toEqual([
      'spec.completions: Invalid value: 6: can only be modified in tandem with spec.parallelism',
    ]);
    expect(changing(indexed, { ...indexed, completions: 6, parallelism: 6 })).toEqual([]);
    expect(changing({ completions: 1 }, { completions: 2 })).toEqual([
      'spec.completions: Invalid value: 2: field is immutable',
    ]);
    const managed = { managedBy: 'acme.io/jobs' };
    expect(changing({}, managed)).toEqual(['spec.managedBy: Invalid value: "acme.io/jobs": field is immutable']);
  });

  it('may steer the pods of a suspended job that has not begun', () => {
    const steered = {
      ...template,
      metadata: { labels: { ...labels, a: 'b' } },
      spec: { ...template.spec, nodeSelector: { a: 'b' }, affinity: { nodeAffinity: {} } },
    };
    const [suspend, into] = [{ suspend: true }, { suspend: true, template: steered }];
    expect(changing(suspend, into)).toEqual([]);
    const fixed = [expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/)];
    expect(changing({}, { template: steered })).toEqual(fixed);
    expect(changing(suspend, into, { startTime: '2026-01-01T00:00:00Z' })).toEqual(fixed);
    const spread = { ...steered, spec: { ...steered.spec, affinity: { podAntiAffinity: {} } } };
    expect(changing(suspend, { suspend: true, template: spread })).toEqual(fixed);
  });
});

describe('The status of a job', () => {
  const condition = (...types: string[]): object[] => types.map((type) => ({ type, status: 'True' }));
  const reporting = (spec: object, from: object, into: object): string[] =>
    problemsOf(() => validateUpdate(Kinds.Job, job(spec, { status: into }), job(spec, { status: from }), 'status'));
  const [begin, end] = ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'];
  const complete = {
    startTime: begin,
    completionTime: end,
    conditions: condition('SuccessCriteriaMet', 'Complete'),
  };

  it('ends in one way, after it was said how, and stays so', () => {
    expect(reporting({}, { startTime: begin }, complete)).toEqual([]);
    expect(reporting({}, {}, { conditions: condition('Complete'), active: 1 })).toEqual([
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.startTime: Required value: startTime is required for finished job',
    ]);
    expect(reporting({}, { startTime: begin }, { startTime: begin, conditions: condition('Failed') })).toEqual([
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
    ]);
    expect(reporting({}, complete, { startTime: begin })).toEqual([
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ]);
    expect(reporting({}, complete, { ...complete, completionTime: begin, startTime: end })).toEqual([
      'status.completionTime: Invalid value: "2026-01-01T00:00:00Z": completionTime cannot be set before startTime',
      'status.completionTime: Invalid value: "2026-01-01T00:00:00Z": completionTime cannot be mutated',
      'status.startTime: Required value: startTime cannot be removed for unsuspended job',
    ]);
  });

  it('counts forward, and no pod twice', () => {
    expect(reporting({}, { succeeded: 2, failed: 2 }, { succeeded: 1, failed: 1, active: -1 })).toEqual([
      'status.active: Invalid value: -1: must be greater than or equal to 0',
      'status.failed: Invalid value: 1: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
    ]);
    const uncountedTerminatedPods = { succeeded: ['a', ''], failed: ['a'] };
    expect(reporting({}, {}, { uncountedTerminatedPods, ready: 1 })).toEqual([
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      'status.ready: Invalid value: 1: cannot set more ready pods than active',
    ]);
  });

  it('names indexes that the job has, each in one list', () => {
    const spec = { ...indexed, backoffLimitPerIndex: 1 };
    expect(reporting(spec, {}, { completedIndexes: '0,2', failedIndexes: '1,3-4' })).toEqual([]);
    expect(reporting(spec, {}, { completedIndexes: '0-2', failedIndexes: '2,9' })).toEqual([
      'status.failedIndexes: Invalid value: "2,9": error parsing failedIndexes: too large index: "9"',
      'status.failedIndexes: Invalid value: "2,9": failedIndexes and completedIndexes overlap at index: 2',
    ]);
    expect(reporting({}, {}, { completedIndexes: '0', failedIndexes: '' })).toEqual([
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      'status.failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ]);
  });
});
