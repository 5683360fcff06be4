import type { AdmissionRequest } from '@skiff/api-server/admission';
import type { Logger } from '@skiff/platform';

/** Notes something for the audit log, unless the key is none or is taken: a webhook chooses its own. */
export function annotateSafely(request: AdmissionRequest, key: string, value: string, logger: Logger): void {
  try {
    request.annotate(key, value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    logger.warn('an annotation of a webhook is left out', { key, error });
  }
}
