/** What the key of a label or a taint is: a name, with the DNS name of whoever made it up before it or not. */
const prefix = '([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?';
const name = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';

/** Upstream: apimachinery/pkg/util/validation, IsQualifiedName. */
export const labelKey = {
  pattern: new RegExp(`^${prefix}${name}$`),
  expected: 'a key such as disk or example.com/disk, of letters, digits, "-", "_" and ".",',
};

/** Upstream: apimachinery/pkg/util/validation, IsValidLabelValue. */
export const labelValue = {
  pattern: new RegExp(`^(${name})?$`),
  expected: 'a value of at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends,',
};

/** As "key=value:effect"; the value may be left out. */
export const taintForm = new RegExp(`^${prefix}${name}(=(${name})?)?:(NoSchedule|PreferNoSchedule|NoExecute)$`);
