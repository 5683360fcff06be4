import fc from 'fast-check';
import type { UserInfo } from '../auth/user';
import { readRequestInfo } from '../request/request-info';
import { parseAuditPolicy } from './parse-policy';
import { auditBy, type AuditPolicy } from './policy';

const user: UserInfo = { name: 'ann', uid: '', groups: ['staff', 'system:authenticated'], extra: {} };

const policyOf = (rules: readonly object[], more: object = {}): AuditPolicy =>
  parseAuditPolicy(JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules, ...more })).policy;

const levelOf = (rule: object, method: string, path: string, as: UserInfo | undefined = user): string =>
  auditBy(policyOf([{ level: 'Request', ...rule }]))({
    user: as,
    info: readRequestInfo(method, path.split('?')[0] ?? '', new URLSearchParams(path.split('?')[1])),
  }).level;

const pod = '/api/v1/namespaces/default/pods/one';
const core = (resources: string[], more: object = {}): object => ({ resources: [{ group: '', resources, ...more }] });

describe('An audit policy', () => {
  it.each([
    ['everything', {}, 'GET', pod, true],
    ['a user', { users: ['ann'] }, 'GET', pod, true],
    ['another user', { users: ['bob'] }, 'GET', pod, false],
    ['one of the groups', { userGroups: ['nobody', 'staff'] }, 'GET', pod, true],
    ['another group', { userGroups: ['nobody'] }, 'GET', pod, false],
    ['a verb', { verbs: ['watch'] }, 'GET', '/api/v1/pods?watch=1', true],
    ['another verb', { verbs: ['watch'] }, 'GET', '/api/v1/pods', false],
    ['a resource', core(['pods']), 'GET', pod, true],
    ['not its subresources', core(['pods']), 'GET', `${pod}/log`, false],
    ['a subresource', core(['pods/log']), 'GET', `${pod}/log`, true],
    ['all of a resource', core(['pods/*']), 'GET', pod, true],
    ['its subresources too', core(['pods/*']), 'GET', `${pod}/log`, true],
    [
      'a subresource of whatever',
      core(['*/scale']),
      'GET',
      '/api/v1/namespaces/a/replicationcontrollers/x/scale',
      true,
    ],
    ['all resources', core(['*']), 'GET', `${pod}/log`, true],
    ['a whole group', { resources: [{ group: 'apps' }] }, 'GET', '/apis/apps/v1/deployments', true],
    ['not another group', { resources: [{ group: 'apps' }] }, 'GET', pod, false],
    ['a name', core(['pods'], { resourceNames: ['one'] }), 'GET', pod, true],
    ['not another name', core(['pods'], { resourceNames: ['two'] }), 'GET', pod, false],
    ['a namespace', { namespaces: ['default'] }, 'GET', pod, true],
    ['not another namespace', { namespaces: ['kube-system'] }, 'GET', pod, false],
    ['what lies in none', { namespaces: [''] }, 'GET', '/api/v1/nodes', true],
    ['a namespace, but no path', { namespaces: [''] }, 'GET', '/healthz', false],
    ['a path', { nonResourceURLs: ['/healthz'] }, 'GET', '/healthz', true],
    ['not what is below', { nonResourceURLs: ['/healthz'] }, 'GET', '/healthz/etcd', false],
    ['all that begins so', { nonResourceURLs: ['/healthz*'] }, 'GET', '/healthz/etcd', true],
    ['all paths', { nonResourceURLs: ['*'] }, 'GET', '/metrics', true],
    ['paths, but no resource', { nonResourceURLs: ['*'] }, 'GET', pod, false],
  ])('selects %s', (_, rule, method, path, selected) => {
    expect(levelOf(rule, method, path)).toBe(selected ? 'Request' : 'None');
  });

  it('knows of no user what it would take to select one', () => {
    const decide = auditBy(
      policyOf([
        { level: 'Metadata', users: ['ann'] },
        { level: 'Request', userGroups: ['staff'] },
      ]),
    );
    expect(decide({ user: undefined, info: readRequestInfo('GET', pod, new URLSearchParams()) }).level).toBe('None');
  });

  it('omits what a rule omits and what all omit, and keeps managers where a rule says so', () => {
    const policy = policyOf(
      [
        { level: 'Request', verbs: ['get'], omitStages: ['Panic'], omitManagedFields: false },
        { level: 'Metadata', verbs: ['list'] },
      ],
      { omitStages: ['RequestReceived'], omitManagedFields: true },
    );
    const decide = (path: string) =>
      auditBy(policy)({ user, info: readRequestInfo('GET', path, new URLSearchParams()) });
    expect(decide(pod)).toEqual({
      level: 'Request',
      omitStages: new Set(['RequestReceived', 'Panic']),
      omitManagedFields: false,
    });
    expect(decide('/api/v1/pods')).toMatchObject({ omitStages: new Set(['RequestReceived']), omitManagedFields: true });
    expect(decide('/api/v1/watch/pods')).toMatchObject({ level: 'None' });
  });

  it('decides as the first rule that selects a request, whatever the rules', () => {
    const some = <T>(...values: T[]) => fc.subarray(values);
    const rule = fc.record({
      level: fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse'),
      users: some('ann', 'bob'),
      userGroups: some('staff', 'nobody'),
      verbs: some('get', 'list', 'create'),
      namespaces: some('', 'default', 'other'),
      resources: fc.array(
        fc.record({ group: fc.constantFrom('', 'apps'), resources: some('pods', 'pods/*', '*/log', '*', 'nodes') }),
        { maxLength: 2 },
      ),
    });
    const path = fc.constantFrom(pod, `${pod}/log`, '/api/v1/nodes', '/apis/apps/v1/deployments', '/healthz');
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), path, (rules, at) => {
        const asked = { user, info: readRequestInfo('GET', at, new URLSearchParams()) };
        // Rule by rule, each alone with a level that is its own.
        const first = rules.find((one) => auditBy(policyOf([{ ...one, level: 'Request' }]))(asked).level === 'Request');
        expect(auditBy(policyOf(rules))(asked).level).toBe(first?.level ?? 'None');
      }),
      { numRuns: 300 },
    );
  });
});

describe('A file with an audit policy', () => {
  const head = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy' };
  const problem = (document: object | string): string => {
    try {
      parseAuditPolicy(typeof document === 'string' ? document : JSON.stringify(document));
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const ofRule = (rule: object): string => problem({ ...head, rules: [{ level: 'None', ...rule }] });

  it.each([
    ['no rules', { ...head }, 'loaded illegal policy with 0 rules'],
    [
      'no kind',
      { apiVersion: 'audit.k8s.io/v1' },
      `failed decoding: Object 'Kind' is missing in '{"apiVersion":"audit.k8s.io/v1"}'`,
    ],
    ['no version', { kind: 'Policy' }, `failed decoding: Object 'apiVersion' is missing in '{"kind":"Policy"}'`],
    [
      'a version that is gone',
      { ...head, apiVersion: 'audit.k8s.io/v1beta1' },
      'failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v1beta1"',
    ],
    [
      'what is no object',
      '[]',
      "failed decoding: couldn't get version/kind; json parse error: the document is no object",
    ],
    ['a list that is none', { ...head, rules: {} }, 'failed decoding: rules: expected a list'],
    ['no text', { ...head, rules: [{ level: 1 }] }, 'failed decoding: rules[0].level: expected a string'],
  ])('may not have %s', (_, document, message) => expect(problem(document)).toBe(message));

  it.each([
    [{ level: '' }, 'rules[0].level: Required value'],
    [
      { level: 'Some' },
      'rules[0].level: Unsupported value: "Some": supported values: "None", "Metadata", "Request", "RequestResponse"',
    ],
    [
      { nonResourceURLs: ['logs'] },
      `rules[0].nonResourceURLs[0]: Invalid value: "logs": non-resource URL rules must begin with a '/' character`,
    ],
    [
      { nonResourceURLs: ['/*/x'] },
      `rules[0].nonResourceURLs[0]: Invalid value: "/*/x": non-resource URL wildcards '*' must be the final character of the rule`,
    ],
    [
      { nonResourceURLs: ['/x'], namespaces: ['a'] },
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
    [
      { resources: [{ group: '', resourceNames: ['x'] }] },
      'rules[0].resources.resourceNames: Invalid value: ["x"]: using resourceNames requires at least one resource',
    ],
    [
      { omitStages: ['Never'] },
      'rules[0].omitStages[0]: Invalid value: "Never": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic',
    ],
    [
      { level: '', omitStages: ['Never'] },
      '[rules[0].level: Required value, rules[0].omitStages[0]: Invalid value: "Never": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic]',
    ],
  ])('is held to what upstream asks of a rule: %j', (rule, message) => expect(ofRule(rule)).toBe(message));

  it('names no group by its version', () => {
    expect(ofRule({ resources: [{ group: 'apps/v1' }] })).toContain(
      'rules[0].resources.group: Invalid value: "apps/v1": a lowercase RFC 1123 subdomain must consist of',
    );
  });

  it('is told what has no meaning, which does not count', () => {
    const read = parseAuditPolicy(
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nmore: 1\nrules: [{level: None, user: [a]}]',
    );
    expect(read.unknownFields).toEqual(['more', 'rules[0].user']);
  });

  it('never fails otherwise', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.record({ rules: fc.jsonValue() }).map((more) => JSON.stringify({ ...head, ...more })),
        ),
        (text) => {
          try {
            expect(parseAuditPolicy(text).policy.rules.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect(error).not.toBeInstanceOf(TypeError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
