import { expect, test } from '@jest/globals'
import { resolveMenu } from '../../src/library/resolve.js'
import { parse, places } from './sample.js'

const menu = (tag: string) => `tag: ${tag}\nbuttons:\n  - { name: 专享, card: gift }\n`

test('a menu may be for one tag only', () => {
  const { content, problems } = parse({ 'menus/vip.yaml': menu('会员') })
  expect(problems).toEqual([])
  expect(resolveMenu('vip', content, 'https://wx.example.com')).toMatchObject({ slug: 'vip', tag: '会员' })
  expect(resolveMenu('main', content, 'https://wx.example.com')).not.toHaveProperty('tag')
})

test('a tag that the platform cannot have is a problem at its line', () => {
  expect(places(parse({ 'menus/vip.yaml': menu('一个十一个汉字的标签名') }).problems)).toEqual(['menus/vip.yaml:1 tag'])
  expect(places(parse({ 'menus/vip.yaml': menu('""') }).problems)).toEqual(['menus/vip.yaml:1 tag'])
})
