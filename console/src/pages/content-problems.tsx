import { Tag } from 'antd'
import { call } from '../api/browser.js'
import type { LibraryProblem } from '../api/types.js'
import { given } from '../api/use-call.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { inWords } from './operator/in-words.js'

const COLUMNS: readonly Column<LibraryProblem>[] = [
  {
    key: 'file',
    title: 'lint.file',
    value: ({ file, line }) => (line === undefined ? file : `${file}:${line}`),
    show: ({ file, line }) => <code>{line === undefined ? file : `${file}:${line}`}</code>,
  },
  {
    key: 'severity',
    title: 'content.severity',
    value: ({ severity }) => severity,
    show: ({ severity }) => <Severity severity={severity} />,
  },
  { key: 'field', title: 'content.field', value: ({ field }) => field, show: ({ field }) => <code>{field}</code> },
  { key: 'message', title: 'content.message', value: ({ message }) => message },
  { key: 'fix', title: 'content.fix', value: ({ fix }) => fix },
]

function Severity({ severity }: { severity: 'error' | 'warning' }) {
  const { t } = useWords()
  return (
    <Tag color={severity === 'error' ? 'error' : 'warning'}>
      {t(severity === 'error' ? 'content.error' : 'content.warning')}
    </Tag>
  )
}

/** What is wrong with the content folder, as it is on the disk now. */
export const ContentProblems = inWords(function ContentProblems() {
  const { t } = useWords()
  return (
    <Page title={t('nav.content-problems')} about={t('lint.about')}>
      <ListTable
        name="content-problems"
        columns={COLUMNS}
        rowKey={({ file, line, field, message }) => `${file} ${line} ${field} ${message}`}
        filters={[{ name: 'text', word: 'filter.name' }]}
        sorts={['file', 'severity']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ text: filters['text'], sort, after, limit: size })
          const { problems, next, total } = await call('listContentProblems', { query, signal })
          return { rows: problems, total, ...(next !== undefined && { next }) }
        }}
        everyMs={3000}
        empty={t('content.none')}
      />
    </Page>
  )
})
