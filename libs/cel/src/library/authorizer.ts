import { Pending } from '../runtime/pending';
import { boolType, opaqueType, stringType } from '../types/type';
import { EvaluationError } from '../values/evaluation-error';
import { regex } from '../values/regex';
import { OpaqueValue } from '../values/value';
import { func, instanceOf, member, string } from './declare';

/** Somebody asks whether somebody may do something: who sent the request, or a service account. */
export interface AuthorizationCheck {
  readonly verb: string;
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  /** The path, where the check is of no resource. */
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** As the expression has it; one that cannot be parsed is to be left out. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface AuthorizationDecision {
  readonly allowed: boolean;
  readonly reason: string;
  /** Why nothing was decided, if something failed. */
  readonly error?: string;
}

/** Decides a check. What it throws, or fails with, is the decision's error. */
export type Authorize = (check: AuthorizationCheck) => AuthorizationDecision | Promise<AuthorizationDecision>;

type Subject = Omit<AuthorizationCheck, 'verb'>;

const authorization = 'kubernetes.authorization';
export const authorizerType = opaqueType(`${authorization}.Authorizer`);
export const pathCheckType = opaqueType(`${authorization}.PathCheck`);
export const groupCheckType = opaqueType(`${authorization}.GroupCheck`);
export const resourceCheckType = opaqueType(`${authorization}.ResourceCheck`);
export const decisionType = opaqueType(`${authorization}.Decision`);

/** Asks the host, once for each check. */
class Decisions {
  private readonly known = new Map<string, AuthorizationDecision>();
  private readonly awaited = new Map<string, Promise<void>>();

  constructor(private readonly authorize: Authorize) {}

  /** The decision. Throws {@link Pending} where it is not there yet. */
  decide(check: AuthorizationCheck): AuthorizationDecision {
    const key = JSON.stringify(check);
    const known = this.known.get(key);
    if (known) return known;
    const awaited = this.awaited.get(key);
    if (awaited) throw new Pending(awaited);
    const answer = this.ask(check);
    if (!(answer instanceof Promise)) return this.keep(key, answer);
    const answered = answer.catch(failed).then((decision) => {
      this.awaited.delete(key);
      this.keep(key, decision);
    });
    this.awaited.set(key, answered);
    throw new Pending(answered);
  }

  private ask(check: AuthorizationCheck): AuthorizationDecision | Promise<AuthorizationDecision> {
    try {
      return this.authorize(check);
    } catch (cause) {
      return failed(cause);
    }
  }

  private keep(key: string, decision: AuthorizationDecision): AuthorizationDecision {
    this.known.set(key, decision);
    return decision;
  }
}

const failed = (cause: unknown): AuthorizationDecision => ({
  allowed: false,
  reason: '',
  error: cause instanceof Error ? cause.message : String(cause),
});

/** A check that is being put together, or the authorizer that it begins with. */
abstract class CheckValue extends OpaqueValue {
  constructor(
    readonly decisions: Decisions,
    readonly subject: Subject,
  ) {
    super();
  }

  equals(other: CheckValue): boolean {
    return this === other;
  }

  check(verb: string): DecisionValue {
    return new DecisionValue(this.decisions.decide({ ...this.subject, verb }));
  }
}

class AuthorizerValue extends CheckValue {
  readonly typeName = authorizerType.name;
}
class PathCheckValue extends CheckValue {
  readonly typeName = pathCheckType.name;
}
class GroupCheckValue extends CheckValue {
  readonly typeName = groupCheckType.name;
}
class ResourceCheckValue extends CheckValue {
  readonly typeName = resourceCheckType.name;

  with(more: Subject): ResourceCheckValue {
    return new ResourceCheckValue(this.decisions, { ...this.subject, ...more });
  }
}

class DecisionValue extends OpaqueValue {
  readonly typeName = decisionType.name;

  constructor(readonly decision: AuthorizationDecision) {
    super();
  }

  equals(other: DecisionValue): boolean {
    return this === other;
  }
}

/** The types of the variables that {@link authorizerVariables} gives. */
export const authorizerVariableTypes = {
  authorizer: authorizerType,
  'authorizer.requestResource': resourceCheckType,
} as const;

/**
 * The variables `authorizer` and `authorizer.requestResource`, for the expressions of one request: what they ask is
 * asked once.
 */
export function authorizerVariables(
  authorize: Authorize,
  requestResource: Omit<AuthorizationCheck, 'verb' | 'path' | 'serviceAccount'>,
): Readonly<Record<keyof typeof authorizerVariableTypes, unknown>> {
  const decisions = new Decisions(authorize);
  return {
    authorizer: new AuthorizerValue(decisions, {}),
    'authorizer.requestResource': new ResourceCheckValue(decisions, requestResource),
  };
}

const authorizer = instanceOf(authorizerType, AuthorizerValue);
const pathCheck = instanceOf(pathCheckType, PathCheckValue);
const groupCheck = instanceOf(groupCheckType, GroupCheckValue);
const resourceCheck = instanceOf(resourceCheckType, ResourceCheckValue);
const decision = instanceOf(decisionType, DecisionValue);

function notEmpty(what: string, text: string): string {
  if (text.trim() === '') throw new EvaluationError(`${what} must not be empty`);
  return text;
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const isName = (name: string, most: number, pattern: string): boolean =>
  name.length <= most && regex(`^(?:${pattern})$`).matcher.test(name);

function serviceAccount(value: AuthorizerValue, namespace: string, name: string): AuthorizerValue {
  if (!isName(name, 253, `${label}(\\.${label})*`)) throw new EvaluationError('Invalid service account name');
  if (!isName(namespace, 63, label)) throw new EvaluationError('Invalid service account namespace');
  return new AuthorizerValue(value.decisions, { ...value.subject, serviceAccount: { namespace, name } });
}

/** Upstream: k8s.io/apiserver/pkg/cel/library/authz.go. */
export const authorizers = [
  func(
    'path',
    member(
      'authorizer_path',
      [authorizer, string],
      pathCheckType,
      ({ decisions, subject }, path) => new PathCheckValue(decisions, { ...subject, path: notEmpty('path', path) }),
    ),
  ),
  func(
    'group',
    member(
      'authorizer_group',
      [authorizer, string],
      groupCheckType,
      ({ decisions, subject }, group) => new GroupCheckValue(decisions, { ...subject, group }),
    ),
  ),
  func(
    'serviceAccount',
    member('authorizer_serviceaccount', [authorizer, string, string], authorizerType, serviceAccount),
  ),
  func(
    'resource',
    member(
      'groupcheck_resource',
      [groupCheck, string],
      resourceCheckType,
      ({ decisions, subject }, resource) =>
        new ResourceCheckValue(decisions, { ...subject, resource: notEmpty('resource', resource) }),
    ),
  ),
  func(
    'subresource',
    member('resourcecheck_subresource', [resourceCheck, string], resourceCheckType, (check, subresource) =>
      check.with({ subresource }),
    ),
  ),
  func(
    'namespace',
    member('resourcecheck_namespace', [resourceCheck, string], resourceCheckType, (check, namespace) =>
      check.with({ namespace }),
    ),
  ),
  func(
    'name',
    member('resourcecheck_name', [resourceCheck, string], resourceCheckType, (check, name) => check.with({ name })),
  ),
  func(
    'fieldSelector',
    member('authorizer_fieldselector', [resourceCheck, string], resourceCheckType, (check, fieldSelector) =>
      check.with({ fieldSelector }),
    ),
  ),
  func(
    'labelSelector',
    member('authorizer_labelselector', [resourceCheck, string], resourceCheckType, (check, labelSelector) =>
      check.with({ labelSelector }),
    ),
  ),
  func(
    'check',
    member('pathcheck_check', [pathCheck, string], decisionType, (check, verb) => check.check(verb)),
    member('resourcecheck_check', [resourceCheck, string], decisionType, (check, verb) => check.check(verb)),
  ),
  func(
    'allowed',
    member('decision_allowed', [decision], boolType, (value) => value.decision.allowed),
  ),
  func(
    'reason',
    member('decision_reason', [decision], stringType, (value) => value.decision.reason),
  ),
  func(
    'errored',
    member('decision_errored', [decision], boolType, (value) => value.decision.error !== undefined),
  ),
  func(
    'error',
    member('decision_error', [decision], stringType, (value) => value.decision.error ?? ''),
  ),
];
