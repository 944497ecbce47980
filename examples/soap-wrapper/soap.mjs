// SOAP 1.1, document/literal: what the wrapper and the old service have in common. Values go in and out as values, never pasted.
import { XMLBuilder, XMLParser } from 'fast-xml-parser';

export const NAMESPACE = 'urn:acme:contracts:2007';
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: true,
});
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

export function envelope(body) {
  const root = {
    'soap:Envelope': { '@xmlns:soap': 'http://schemas.xmlsoap.org/soap/envelope/', 'soap:Body': body },
  };
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build(root)}`;
}

export const message = (name, fields) => envelope({ [name]: { '@xmlns': NAMESPACE, ...fields } });
export const fault = (code, text) =>
  envelope({ 'soap:Fault': { faultcode: `soap:${code}`, faultstring: text } });

/** The one element of a body, with its name. A document type is refused: entities of one's own are how XML reads files. */
export function read(xml) {
  if (xml.includes('<!DOCTYPE')) throw new Error('no document types');
  const body = parser.parse(xml)?.Envelope?.Body ?? {};
  const [[name, fields] = ['', {}]] = Object.entries(body);
  return { name, fields: typeof fields === 'object' ? fields : {} };
}
