import { Skeleton } from 'antd'
import { lazy, type ReactNode, Suspense } from 'react'
import { Route, Routes, useLocation } from 'react-router'
import { useSession } from './session/use-session.js'
import { ErrorBoundary } from './shell/error-boundary.js'

const Shell = lazy(() => import('./shell/shell.js').then((part) => ({ default: part.Shell })))
const SecondFactorFirst = lazy(() =>
  import('./session/second-factor-first.js').then((page) => ({ default: page.SecondFactorFirst })),
)
const SignInPage = lazy(() => import('./session/sign-in-page.js').then((page) => ({ default: page.SignInPage })))
const Welcome = lazy(() => import('./session/welcome.js').then((page) => ({ default: page.Welcome })))
const WecomReturn = lazy(() => import('./session/wecom-return.js').then((page) => ({ default: page.WecomReturn })))
const Overview = lazy(() => import('./pages/overview.js').then((page) => ({ default: page.Overview })))
const Contacts = lazy(() => import('./pages/contacts.js').then((page) => ({ default: page.Contacts })))
const Contact = lazy(() => import('./pages/contact.js').then((page) => ({ default: page.ContactPage })))
const Campaigns = lazy(() => import('./pages/campaigns.js').then((page) => ({ default: page.Campaigns })))
const Campaign = lazy(() => import('./pages/campaign.js').then((page) => ({ default: page.CampaignPage })))
const Compose = lazy(() => import('./pages/campaign/compose.js').then((page) => ({ default: page.ComposePage })))
const EditCampaign = lazy(() => import('./pages/campaign/compose.js').then((page) => ({ default: page.EditPage })))
const Calendar = lazy(() => import('./pages/calendar.js').then((page) => ({ default: page.CalendarPage })))
const Deliveries = lazy(() => import('./pages/deliveries.js').then((page) => ({ default: page.Deliveries })))
const Groups = lazy(() => import('./pages/groups.js').then((page) => ({ default: page.Groups })))
const Group = lazy(() => import('./pages/group.js').then((page) => ({ default: page.GroupPage })))
const GroupSends = lazy(() => import('./pages/group-sends.js').then((page) => ({ default: page.GroupSends })))
const GroupSend = lazy(() => import('./pages/group-send.js').then((page) => ({ default: page.GroupSendPage })))
const ComposeGroupSend = lazy(() =>
  import('./pages/group-sends/compose/page.js').then((page) => ({ default: page.ComposeGroupSend })),
)
const EditGroupSend = lazy(() =>
  import('./pages/group-sends/compose/page.js').then((page) => ({ default: page.EditGroupSend })),
)
const JoinWays = lazy(() => import('./pages/join-ways.js').then((page) => ({ default: page.JoinWays })))
const HandOvers = lazy(() => import('./pages/hand-overs.js').then((page) => ({ default: page.HandOvers })))
const ContactWays = lazy(() => import('./pages/contact-ways.js').then((page) => ({ default: page.ContactWays })))
const Segments = lazy(() => import('./pages/segments.js').then((page) => ({ default: page.Segments })))
const Segment = lazy(() => import('./pages/segment.js').then((page) => ({ default: page.SegmentPage })))
const Menus = lazy(() => import('./pages/menus.js').then((page) => ({ default: page.Menus })))
const Codes = lazy(() => import('./pages/codes.js').then((page) => ({ default: page.Codes })))
const CodesPrint = lazy(() => import('./pages/codes-print.js').then((page) => ({ default: page.CodesPrint })))
const Notices = lazy(() => import('./pages/notices.js').then((page) => ({ default: page.Notices })))
const ContactWay = lazy(() => import('./pages/contact-way.js').then((page) => ({ default: page.ContactWayPage })))
const Alerts = lazy(() => import('./pages/alerts.js').then((page) => ({ default: page.Alerts })))
const ContentList = lazy(() => import('./pages/content.js').then((page) => ({ default: page.ContentList })))
const ContentEditor = lazy(() => import('./pages/content/editor.js').then((page) => ({ default: page.ContentEditor })))
const Accounts = lazy(() => import('./pages/accounts.js').then((page) => ({ default: page.Accounts })))
const ConnectedAccount = lazy(() =>
  import('./pages/connected-account.js').then((page) => ({ default: page.ConnectedAccountPage })),
)
const Updates = lazy(() => import('./pages/updates.js').then((page) => ({ default: page.Updates })))
const DeadLetters = lazy(() => import('./pages/dead-letters.js').then((page) => ({ default: page.DeadLetters })))
const Jobs = lazy(() => import('./pages/jobs.js').then((page) => ({ default: page.Jobs })))
const PlatformCalls = lazy(() => import('./pages/platform-calls.js').then((page) => ({ default: page.PlatformCalls })))
const EventLog = lazy(() => import('./pages/event-log.js').then((page) => ({ default: page.EventLog })))
const ApiKeys = lazy(() => import('./pages/api-keys.js').then((page) => ({ default: page.ApiKeys })))
const Health = lazy(() => import('./pages/health.js').then((page) => ({ default: page.Health })))
const ContentProblems = lazy(() =>
  import('./pages/content-problems.js').then((page) => ({ default: page.ContentProblems })),
)
const Inbox = lazy(() => import('./pages/inbox.js').then((page) => ({ default: page.Inbox })))
const Service = lazy(() => import('./pages/service.js').then((page) => ({ default: page.Service })))
const Account = lazy(() => import('./pages/account.js').then((page) => ({ default: page.Account })))
const People = lazy(() => import('./pages/people.js').then((page) => ({ default: page.People })))
const Audit = lazy(() => import('./pages/audit.js').then((page) => ({ default: page.Audit })))
const Nothing = lazy(() => import('./pages/nothing.js').then((page) => ({ default: page.Nothing })))

/** Which page an address shows; without a session it is the sign-in page, and the address stays for afterwards. */
export function Pages() {
  const state = useSession()
  const { pathname } = useLocation()
  if (pathname === '/welcome')
    return (
      <Waiting>
        <Welcome />
      </Waiting>
    )
  if (pathname === '/wecom')
    return (
      <Waiting>
        <WecomReturn />
      </Waiting>
    )
  if (state.kind === 'loading') return <div className="center" />
  if (state.kind === 'out')
    return (
      <Waiting>
        <SignInPage />
      </Waiting>
    )
  if (state.me.secondFactor.required && !state.me.secondFactor.on)
    return (
      <Waiting>
        <SecondFactorFirst />
      </Waiting>
    )
  return (
    <Waiting>
      <Shell key={state.me.person.id}>
        <ErrorBoundary of={pathname}>
          <Suspense fallback={<Skeleton active className="page" />}>
            <Routes>
              <Route index element={<Overview />} />
              <Route path="contacts" element={<Contacts />} />
              <Route path="contacts/:id" element={<Contact />} />
              <Route path="campaigns" element={<Campaigns />} />
              <Route path="campaigns/new" element={<Compose />} />
              <Route path="campaigns/:id" element={<Campaign />} />
              <Route path="campaigns/:id/edit" element={<EditCampaign />} />
              <Route path="calendar" element={<Calendar />} />
              <Route path="deliveries" element={<Deliveries />} />
              <Route path="groups" element={<Groups />} />
              <Route path="groups/:account/:chatId" element={<Group />} />
              <Route path="group-sends" element={<GroupSends />} />
              <Route path="group-sends/new" element={<ComposeGroupSend />} />
              <Route path="group-sends/:id" element={<GroupSend />} />
              <Route path="group-sends/:id/edit" element={<EditGroupSend />} />
              <Route path="join-ways" element={<JoinWays />} />
              <Route path="hand-overs" element={<HandOvers />} />
              <Route path="contact-ways" element={<ContactWays />} />
              <Route path="contact-ways/:account/:slug" element={<ContactWay />} />
              <Route path="segments" element={<Segments />} />
              <Route path="segments/:slug" element={<Segment />} />
              <Route path="menus" element={<Menus />} />
              <Route path="codes" element={<Codes />} />
              <Route path="codes/print" element={<CodesPrint />} />
              <Route path="notices" element={<Notices />} />
              <Route path="inbox" element={<Inbox />} />
              <Route path="service" element={<Service />} />
              <Route path="alerts" element={<Alerts />} />
              <Route path="content" element={<ContentList />} />
              <Route path="content/new/:kind" element={<ContentEditor fresh />} />
              <Route path="content/:kind/:slug" element={<ContentEditor />} />
              <Route path="accounts" element={<Accounts />} />
              <Route path="accounts/:id" element={<ConnectedAccount />} />
              <Route path="updates" element={<Updates />} />
              <Route path="dead-letters" element={<DeadLetters />} />
              <Route path="jobs" element={<Jobs />} />
              <Route path="platform-calls" element={<PlatformCalls />} />
              <Route path="event-log" element={<EventLog />} />
              <Route path="api-keys" element={<ApiKeys />} />
              <Route path="health" element={<Health />} />
              <Route path="content-problems" element={<ContentProblems />} />
              <Route path="people" element={<People />} />
              <Route path="audit" element={<Audit />} />
              <Route path="account" element={<Account />} />
              <Route path="*" element={<Nothing />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </Shell>
    </Waiting>
  )
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <ErrorBoundary>
      <Suspense fallback={<div className="center" />}>{children}</Suspense>
    </ErrorBoundary>
  )
}
