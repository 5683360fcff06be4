import type { AdmissionParts, AdmissionPlugin, AdmissionRequest } from '@skiff/api-server/admission';
import { sameValue, StatusError, type ApiObject } from '@skiff/apimachinery';
import { parseJson } from '@skiff/contracts';
import { annotateSafely } from '../calls/annotate';
import type { Asked, WebhookCaller } from '../calls/caller';
import { CallingWebhookError } from '../calls/errors';
import type { Configurations } from '../configuration/configurations';
import { InvocationPlans, type Invocation } from '../matching/invocations';
import { isAsked } from '../matching/is-asked';
import { patched, readPatch } from '../review/patch';
import { jsonPatch, type Verdict } from '../review/response';
import { Showing } from '../review/shown';
import { Rounds } from './round';

type Parts = Pick<AdmissionParts, 'reader' | 'resources' | 'authorizer' | 'logger'>;

/** Asks mutating webhooks one after another; each sees what those before it made of the object. */
export function mutatingWebhooks(parts: Parts, configurations: Configurations, caller: WebhookCaller): AdmissionPlugin {
  const plans = new InvocationPlans(() => configurations.hooks, parts.resources);
  const mutation = new Mutation(parts, plans, caller);
  return {
    name: 'MutatingAdmissionWebhook',
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    reinvokes: true,
    mutate: {
      applies: (target, operation) => plans.plan(target, operation).length > 0,
      run: (request) => mutation.run(request),
    },
  };
}

/** Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go. */
class Mutation {
  private readonly rounds = new WeakMap<AdmissionRequest, Rounds>();

  constructor(
    private readonly parts: Parts,
    private readonly plans: InvocationPlans,
    private readonly caller: WebhookCaller,
  ) {}

  /** Gives another object where a webhook changed it. */
  async run(request: AdmissionRequest): Promise<ApiObject | undefined> {
    const rounds = this.rounds.get(request) ?? new Rounds();
    this.rounds.set(request, rounds);
    if (request.isReinvocation) rounds.enter(request.object);
    let object = request.object;
    let showing = new Showing(request, object, this.parts.resources);
    for (const invocation of this.plans.of(request.target, request.operation)) {
      const { hook } = invocation;
      if (!(await isAsked(this.parts, invocation, request, object))) continue;
      // Who was not asked the first time is not asked for the first time now.
      if (request.isReinvocation && !rounds.isAskedAgain(hook)) continue;
      const after = await this.ask(invocation, request, showing);
      if (after) {
        rounds.changed();
        object = after;
        showing = new Showing(request, object, this.parts.resources);
      }
      if (hook.isReinvocable) rounds.add(hook);
    }
    rounds.leave(object);
    return object === request.object ? undefined : object;
  }

  /** The object as a webhook wants it; undefined where it changes nothing. */
  private async ask(
    invocation: Invocation,
    request: AdmissionRequest,
    showing: Showing,
  ): Promise<ApiObject | undefined> {
    const { hook, index } = invocation;
    const place = `round_${request.isReinvocation ? 1 : 0}_index_${index}`;
    const failedOpenKey = `failed-open.mutation.webhook.admission.k8s.io/${place}`;
    const asked: Asked = { type: 'mutating', invocation, request, failedOpenKey };
    let changed: ApiObject | undefined;
    try {
      changed = await this.caller.attempt(asked, async () => {
        const shown = await showing.to(invocation);
        const verdict = await this.caller.ask(asked, shown);
        return apply(verdict, invocation, shown.object, showing);
      });
    } finally {
      const { configuration, name } = hook;
      const noted = JSON.stringify({ configuration, webhook: name, mutated: changed !== undefined });
      annotateSafely(request, `mutation.webhook.admission.k8s.io/${place}`, noted, this.parts.logger);
    }
    return changed;
  }
}

/** What the patch of a webhook makes of what it was shown; undefined when that is the same. */
async function apply(
  { patch, patchType }: Verdict,
  invocation: Invocation,
  shown: string,
  showing: Showing,
): Promise<ApiObject | undefined> {
  const { name } = invocation.hook;
  if (patch === '') return undefined;
  const operations = decoded(name, patch);
  if (operations.length === 0) return undefined;
  const shape = showing.shapeFor(invocation);
  if (shown === 'null' || !shape)
    throw StatusError.from(
      new Error(
        `admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`,
      ),
    );
  if (patchType !== jsonPatch)
    throw new CallingWebhookError(name, `unsupported patch type ${JSON.stringify(patchType)}`, 400);
  const after = patched(shown, operations, shape);
  if (sameValue(after, parseJson(shown))) return undefined;
  return showing.taken(after, invocation);
}

function decoded(webhook: string, patch: string): ReturnType<typeof readPatch> {
  try {
    return readPatch(patch);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const reason = `received undecodable patch in webhook response: ${why}`;
    throw new CallingWebhookError(webhook, reason, 503, { cause: error });
  }
}
