import { Skeleton } from 'antd'
import { useParams, useSearchParams } from 'react-router'
import { useCall } from '../api/use-call.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { SegmentEditor } from './segments/editor.js'
import './segments/segments.css'
import { Vocabulary } from './segments/vocabulary.js'
import { words } from './segments/words.js'

/** One segment, or a new one (`new`, with `from` a copy of another). */
export function SegmentPage() {
  const { slug = 'new' } = useParams()
  const [search] = useSearchParams()
  const from = search.get('from') ?? undefined
  const wanted = slug === 'new' ? from : slug
  return (
    <WithWords words={words}>
      <Needs scope="segments:read">
        <Vocabulary slug={slug}>
          {wanted === undefined ? (
            <SegmentEditor key="new" copied={false} again={() => undefined} />
          ) : (
            <Known key={`${slug}:${wanted}`} slug={wanted} copied={slug === 'new'} />
          )}
        </Vocabulary>
      </Needs>
    </WithWords>
  )
}

function Known({ slug, copied }: { slug: string; copied: boolean }) {
  const { t } = useWords()
  const { data, problem, again } = useCall('getSegment', { params: { slug } })
  if (data) return <SegmentEditor key={data.version ?? 0} segment={data} copied={copied} again={again} />
  return (
    <Page title={t('nav.segments')} back={{ to: '/segments', title: t('nav.segments') }}>
      {problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />}
    </Page>
  )
}
