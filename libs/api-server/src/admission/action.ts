import { randomUUID } from 'node:crypto';
import type { ApiObject } from '@skiff/apimachinery';
import type { ActionRequest } from '../request/handlers';
import { AdmissionAttributes } from './attributes';
import type { Admission } from './chain';
import { writeOptions } from './options';
import type { AdmissionTarget } from './request';

/** Puts what an action is asked through admission; gives what it is asked after that. */
export async function admitAction(
  admission: Admission,
  target: AdmissionTarget,
  { user, namespace, name, object, dryRun, warn }: ActionRequest,
): Promise<ApiObject> {
  const request = new AdmissionAttributes(target, {
    operation: 'CREATE',
    namespace,
    name,
    userInfo: user,
    dryRun,
    object,
    options: () => writeOptions('Create', { dryRun }),
    uid: randomUUID,
    warn,
  });
  const admitted = await admission.mutate(request);
  await admission.validate(request);
  return admitted;
}
