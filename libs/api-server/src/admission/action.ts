import type { ApiObject } from '@skiff/apimachinery';
import { randomUuid, type Random } from '@skiff/platform';
import type { ActionRequest } from '../request/handlers';
import { AdmissionAttributes } from './attributes';
import type { Admission } from './chain';
import { writeOptions } from './options';
import type { AdmissionTarget } from './target';

/** What the admission of what is not stored goes through. */
export interface AdmissionParts {
  readonly admission: Admission;
  readonly random: Random;
}

/** Puts what an action is asked through admission; gives what it is asked after that. */
export async function admitAction(
  { admission, random }: AdmissionParts,
  target: AdmissionTarget,
  { user, namespace, name, object, dryRun, warn, departure }: ActionRequest,
): Promise<ApiObject> {
  const request = new AdmissionAttributes(target, {
    operation: 'CREATE',
    namespace,
    name,
    userInfo: user,
    dryRun,
    object,
    options: () => writeOptions('Create', { dryRun }),
    uid: () => randomUuid(random),
    warn,
    departure,
  });
  const admitted = await admission.mutate(request);
  await admission.validate(request);
  return admitted;
}
