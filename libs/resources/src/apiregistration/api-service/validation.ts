import { pathSegmentNameRule, type Validation } from '@skiff/apimachinery';
import type { apiregistrationv1 } from '@skiff/contracts';

export const apiServiceValidation: Validation<apiregistrationv1.APIService> = { name: pathSegmentNameRule };
