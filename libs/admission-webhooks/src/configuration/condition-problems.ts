import type { AdmissionRequest } from '@skiff/api-server/admission';
import { ErrorList, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type admissionregistrationv1 } from '@skiff/contracts';
import { compileHook } from './compile';

type Configuration =
  admissionregistrationv1.MutatingWebhookConfiguration | admissionregistrationv1.ValidatingWebhookConfiguration;

const configurations = [Kinds.MutatingWebhookConfiguration, Kinds.ValidatingWebhookConfiguration];

/** Whether a request writes webhooks, whose conditions have to compile. */
export const writesWebhooks = ({ resource, operation }: Pick<AdmissionRequest, 'resource' | 'operation'>): boolean =>
  (operation === 'CREATE' || operation === 'UPDATE') &&
  configurations.some(({ group, plural }) => resource.group === group && resource.resource === plural);

/** Refuses webhooks whose conditions do not compile; those that they had before stay as they are. Throws Invalid. */
export function requireConditions({ object, oldObject, name, kind }: AdmissionRequest): void {
  const before = new Set(oldObject ? conditionsOf(oldObject).map(([, { text }]) => text) : []);
  const to = new ErrorList();
  for (const [path, expression] of object ? conditionsOf(object) : [])
    if ('problem' in expression && !before.has(expression.text)) to.invalid(path, expression.text, expression.problem);
  const error = to.toError(kind, name);
  if (error) throw error;
}

function conditionsOf(object: ApiObject): (readonly [path: string, expression: Compiled])[] {
  return ((object as Configuration).webhooks ?? []).flatMap((webhook, index) =>
    compileHook('', webhook).conditions.map(
      ({ expression }, place) => [`webhooks[${index}].matchConditions[${place}].expression`, expression] as const,
    ),
  );
}

type Compiled = ReturnType<typeof compileHook>['conditions'][number]['expression'];
