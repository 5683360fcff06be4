export const sizeLimit = 1024 * 1024;

export const whenImmutable = 'field is immutable when `immutable` is set';
