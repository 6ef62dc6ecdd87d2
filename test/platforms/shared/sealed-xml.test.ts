import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sealedIn } from '../../../src/platforms/shared/sealed-xml.js'
import { parseXml } from '../../../src/platforms/shared/xml.js'

const NAME = '<ToUserName><![CDATA[gh_weloopdemo01]]></ToUserName>'
const SEALED = '<Encrypt><![CDATA[abcd+/==]]></Encrypt>'

describe('the encrypted text of an envelope', () => {
  test.each([
    ['as WeChat documents it', `<xml>${NAME}${SEALED}</xml>`],
    ['with line breaks and blanks', ` <xml>\n  ${NAME}\r\n\t${SEALED}\n</xml>\n`],
    ['in the other order', `<xml>${SEALED}${NAME}</xml>`],
    ['alone', `<xml>${SEALED}</xml>`],
  ])('is found %s', (_, source) => {
    expect(sealedIn(source)).toBe('abcd+/==')
  })

  test.each([
    ['a field more', `<xml>${NAME}${SEALED}<AgentID>1</AgentID></xml>`],
    ['no CDATA', '<xml><Encrypt>abcd</Encrypt></xml>'],
    ['a field twice', `<xml>${NAME}${NAME}${SEALED}</xml>`],
    ['the text twice', `<xml>${SEALED}${NAME}${SEALED}</xml>`],
    ['nothing encrypted', `<xml>${NAME}</xml>`],
    ['another root', `<x>${SEALED}</x>`],
    ['a cut end', `<xml>${NAME}${SEALED}</xm`],
    ['a cut text', `<xml>${NAME}<Encrypt><![CDATA[abcd`],
    ['something behind it', `<xml>${SEALED}</xml><xml/>`],
    ['a byte order mark', `\ufeff<xml>${SEALED}</xml>`],
    ['a name that ends its CDATA early', `<xml><ToUserName><![CDATA[a]]>b]]></ToUserName>${SEALED}</xml>`],
    ['a name with a character that XML forbids', `<xml><ToUserName><![CDATA[a\u0001]]></ToUserName>${SEALED}</xml>`],
  ])('with %s is left to the general reader', (_, source) => {
    expect(sealedIn(source)).toBeUndefined()
  })

  test('is what the general reader finds, whatever pieces a document is made of', () => {
    const pieces = fc.constantFrom(
      NAME,
      SEALED,
      ' ',
      '\n',
      '<xml>',
      '</xml>',
      '<Encrypt>',
      ']]>',
      '<![CDATA[',
      'a',
      '&',
      '<a/>',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        for (const source of [parts.join(''), `<xml>${parts.join('')}</xml>`]) {
          const sealed = sealedIn(source)
          if (sealed !== undefined) expect(parseXml(source)).toMatchObject({ Encrypt: sealed })
        }
      }),
      { numRuns: 2000 },
    )
  })
})
