import { Skeleton } from 'antd'
import { useParams } from 'react-router'
import { useCall } from '../api/use-call.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import './codes/codes.css'
import { WayEditor } from './codes/way/editor.js'
import './codes/way/way.css'
import { words } from './codes/words.js'
import './content/content.css'
import { words as contentWords } from './content/words.js'

/** One contact way of WeCom (联系我), or a new one: seen, changed, made anew where its code is gone. */
export function ContactWayPage() {
  const { account = '', slug = '' } = useParams()
  return (
    <WithWords words={contentWords}>
      <WithWords words={words}>
        <Needs scope="contacts:read">
          {slug === 'new' ? (
            <WayEditor account={account} again={() => undefined} />
          ) : (
            <Known key={slug} account={account} slug={slug} />
          )}
        </Needs>
      </WithWords>
    </WithWords>
  )
}

function Known({ account, slug }: { account: string; slug: string }) {
  const { t } = useWords()
  const { data, problem, again } = useCall('getContactWay', { params: { slug }, query: { account } })
  if (data) return <WayEditor key={data.version} account={account} way={data} again={again} />
  return (
    <Page title={slug} back={{ to: '/contact-ways', title: t('nav.contact-ways') }}>
      {problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />}
    </Page>
  )
}
