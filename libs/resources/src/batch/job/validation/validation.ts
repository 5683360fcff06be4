import { also, type Validation } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { warningsForJob } from '../warnings';
import { validateJob, validateJobUpdate } from './job';
import { validateJobStatusUpdate } from './job-status';

export const jobValidation: Validation<batchv1.Job> = {
  create: validateJob,
  update: also(validateJob, validateJobUpdate),
  subresources: { status: validateJobStatusUpdate },
  warnings: warningsForJob,
};
