import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const subjectAccessReviewResource = defineResource({
  kind: Kinds.SubjectAccessReview,
  verbs: ['create'],
});
