// htm's own types name `bind` as of any function; pages need it as a tag.
declare const htm: { bind(h: Function): (strings: TemplateStringsArray, ...values: unknown[]) => any };
export default htm;
