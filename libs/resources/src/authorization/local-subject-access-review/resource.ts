import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const localSubjectAccessReviewResource = defineResource({
  kind: Kinds.LocalSubjectAccessReview,
  verbs: ['create'],
  quota: null,
});
