import { expect, test } from '@jest/globals'
import { ApiProblem } from '../../console/src/api/problem.js'
import { asText, currentOf, listOf } from '../../console/src/pages/content/shapes.js'
import { words } from '../../console/src/pages/content/words.js'

const t = (word: string) => (words.zh as Record<string, string>)[word] ?? word

test('fields become lines with their names, the body last and as it is', () => {
  expect(asText({ title: '秋被', body: '一\n\n二', tags: ['a', 'b'], digest: '' }, t)).toBe(
    '标题: 秋被\n标签: a、b\n\n一\n\n二',
  )
  const rule = { match: { exact: ['运费'] }, when: { from: '2026-03-04' }, answer: { text: '一\n二' } }
  expect(asText(rule, t).split('\n').toSorted()).toEqual(
    ['完全相同: 运费', '开始日期: 2026-03-04', '回答 · 文字: 一', '  二'].toSorted(),
  )
  expect(asText({ path: 'pages/a', params: { from: 'oa' } }, t)).toBe('页面路径: pages/a\n页面参数 · from: oa')
})

test('what the server has now is read of a refusal only where it says so', () => {
  const current = { slug: 'a', content: { title: '一' }, rev: 2 }
  expect(currentOf(new ApiProblem(409, 'content.stale', '', { current }))).toBe(current)
  expect(currentOf(new ApiProblem(409, 'content.stale', ''))).toBeUndefined()
  expect(currentOf(new ApiProblem(409, 'content.used', '', { current }))).toBeUndefined()
  expect(listOf('运费')).toEqual(['运费'])
  expect(listOf(undefined)).toEqual([])
})
