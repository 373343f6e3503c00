/** The plain-text sources of the affair: letter, notes, press release, contract record and e-mails. */

export const PRESS_RELEASE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Work begins on the new Dunmarra ferry terminal</title>
<meta name="author" content="Dunmarra Harbour Trust">
<meta name="date" content="2026-10-09">
<style>body { font: 1rem/1.5 Georgia, serif; max-width: 42rem; margin: 2rem auto; }</style>
<script>window.visits = (window.visits || 0) + 1;</script>
</head>
<body>
<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/tides">Tides</a></nav>
<article>
<p><strong>PRESS RELEASE &ndash; for immediate use</strong></p>
<h1>Work begins on the new Dunmarra ferry terminal</h1>
<p><em>Dunmarra, 9 October 2026.</em> The Dunmarra Harbour Trust today announced that work on the new ferry terminal starts next month. Halden Marine Works Ltd will begin to drive the piles of the new quay on 9 November 2026.</p>
<p>&ldquo;For more than a century the boat to Inish Torran has been our front door,&rdquo; said Eleanor Walsh, Mayor of Dunmarra. &ldquo;From next year everybody will be able to walk or roll through it, whatever the tide.&rdquo;</p>
<p>The new terminal will open to passengers on 1 May 2027. It has a berth about 280 feet long, a floating pontoon that rises and falls with the tide, and two lifts.</p>
<h2>What it costs</h2>
<p>The Harbour Trust will spend about &euro;4.9 million on the project in 2026. The Coastal Communities Fund contributes &euro;1,500,000.</p>
<p>&ldquo;The ferry will sail on every single day of the works,&rdquo; said Margaret Doyle, director of the Dunmarra Harbour Trust. &ldquo;Passengers will use a temporary pontoon at Saltmarsh Point from 2 March 2027.&rdquo;</p>
<h2>Notes for editors</h2>
<ul>
<li>In 2025 the crossing carried 412,000 passengers.</li>
<li>The crossing takes 25 minutes.</li>
<li>Contact: Hannah Fitzgerald, communications officer, <a href="mailto:press@dunmarraharbour.example">press@dunmarraharbour.example</a>, +353 91 555 0142.</li>
</ul>
</article>
<footer>&copy; Dunmarra Harbour Trust, 3 Quay Street, Dunmarra</footer>
</body>
</html>
`;

export const SITE_NOTES = `# Site notes, week 43

Tomasz Nowak, Brightwater Engineering. Written on 22 October 2026 after the visit of 21 October.

## What I saw

- The hoarding along Quay Street is up. The gate opposite number 14 does not close; Corrib Hoardings will mend it by 26 October 2026.
- Twelve trial piles have been vibrated in from the barge. Pile 7 is 140 mm out of line, and the tolerance is 75 mm. I told Daniel Okafor that it has to be drawn and driven again.
- The tide gauge at the lifeboat house has been dead since 12 October 2026. Nobody has taken charge of it.

## Money

I advised Margaret Doyle to hold the invoice HMW-003 of Halden Marine Works Ltd for €218,000 until pile 7 is put right. She agreed on the telephone. The invoice is correct in itself.

## Boreholes

Terra Firma Surveys offers three further boreholes for €14,700. I expect to sign the order on 28 October 2026, ahead of the date in the minutes.

## Still open

1. Do we need a second rig for the eastern end? Daniel Okafor thinks not. I am not sure.
2. The contingency of €170,000 has to cover the boreholes, the hoarding and the solicitors. I would like to see what is left of it.
3. The tide model that we ran in August should go to Northline Ferries before the berthing trial.

| Measurement | Limit | Found on 21 October |
|---|---|---|
| Noise at 14 Quay Street, dB | 70 | 66 |
| Vibration at the lifeboat house, mm/s | 5.0 | 3.1 |
| Pile 7, out of line, mm | 75 | 140 |
`;

export const LETTER = `Quay Street Residents' Association
14 Quay Street
Dunmarra

28 October 2026

Mr Colin Byrne
Chair of the Steering Group
c/o Dunmarra Harbour Trust
3 Quay Street
Dunmarra

Dear Mr Byrne,

I write for the 46 households of Quay Street. We welcome the new terminal. Many of us
have carried prams and wheelchairs down those wet steps, and we shall be glad to see
the last of them.

We are worried about three things. The first is noise. We hear from the men on site
that piling at night is planned for the spring tides in November, and nobody has asked
us. We ask you, as you chair the steering group, to give us your word that there will
be no piling after 6 p.m. before the residents have been heard.

The second is the lighting. The street lamps were taken down on 19 October 2026 with
the hoarding, and the lower end of the street is now dark from five o'clock. Mrs Nora
Keane of number 22 fell there on 24 October and broke her wrist.

The third is the invitation. We were told that there would be a meeting before the end
of October. No invitation has reached us.

We should be grateful for an answer by 9 November 2026.

Yours sincerely,

Ruth Kavanagh
Secretary, Quay Street Residents' Association
`;

export const CONTRACT = {
  record: 'contract',
  reference: 'DHT-2026-017',
  title: 'Quay wall and terminal building, Dunmarra Ferry Terminal',
  client: { name: 'Dunmarra Harbour Trust', signedBy: 'Margaret Doyle', role: 'Harbour director' },
  contractor: {
    name: 'Halden Marine Works Ltd',
    signedBy: 'Peter Lindqvist',
    role: 'Managing director',
    address: '7 Dock Road, Limerick',
    siteManager: 'Daniel Okafor',
  },
  signedOn: '2026-06-22',
  startOn: '2026-11-09',
  completeBy: '2027-05-28',
  value: { amount: 2940000, currency: 'EUR' },
  depositPercent: 10,
  retentionPercent: 5,
  delayDamagesPerDay: { amount: 3500, currency: 'EUR' },
  milestones: [
    { name: 'Piling complete', due: '2027-02-26', sharePercent: 35 },
    { name: 'Quay wall capped', due: '2027-03-26', sharePercent: 25 },
    { name: 'Building weathertight', due: '2027-05-28', sharePercent: 30 },
  ],
  notes: 'The remaining share is the deposit. Night work is excluded unless the client consents in writing.',
};

/** Quoted-printable of UTF-8 text with CRLF line ends and soft line breaks (RFC 2045, section 6.7). */
function quotedPrintable(text) {
  return text
    .split('\n')
    .map((line) => {
      const coded = [...Buffer.from(line, 'utf8')].map((byte, index, all) =>
        byte === 0x3d || byte > 126 || (byte === 0x20 && index === all.length - 1)
          ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
      );
      let out = '';
      let length = 0;
      for (const token of coded) {
        if (length + token.length > 73) {
          out += '=\r\n';
          length = 0;
        }
        out += token;
        length += token.length;
      }
      return out;
    })
    .join('\r\n');
}

const CAPACITY_TEXT = `Dear Margaret,

Thank you for sending drawing DFT-107. Before we print anything I want to be sure that we have understood it.

On the drawing the waiting hall is designed for 260 passengers. On a Saturday in August we regularly have 290 people waiting for the Torran Light, which carries 180 passengers, so the hall would be full before the first boat has left.

Our summer timetable begins on 14 June 2027. We shall sail nine times a day, and eleven times on Saturdays.

Two more points. Could the trial at the temporary pontoon on 2 March 2027 start at 6 a.m., before the first sailing? And could we meet on Tuesday 20 October to talk about the freight berth?

Kind regards,
Ingrid Solheim
Operations director, Northline Ferries
12 Ferry Lane, Galway
`;

export const CAPACITY_MAIL = [
  'From: Ingrid Solheim <ingrid.solheim@northlineferries.example>',
  'To: Margaret Doyle <margaret.doyle@dunmarraharbour.example>',
  'Subject: Waiting hall and the trial in March',
  'Date: Thu, 15 Oct 2026 09:12:00 +0100',
  'Message-ID: <20261015-0912@northlineferries.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  quotedPrintable(CAPACITY_TEXT),
].join('\r\n');

const REPLY_TEXT = `Dear Ingrid,

I have passed your question about the hall to Tomasz Nowak and shall write to you when he has answered.

The trial may start at 6 a.m. Please send me the name of the master by 29 January 2027.

Tuesday does not suit me. I propose Thursday 22 October at 10 a.m. in your office. I should like to leave that meeting with an answer on the Friday freight, because Halden Marine Works Ltd needs two weeks' notice.

On the shore power: the fee for the connection is €21,400 a year, and I had understood that Northline Ferries would carry it. You will find the draft agreement attached.

Best wishes,
Margaret Doyle
Harbour director, Dunmarra Harbour Trust
`;

const QUOTED = [
  'On Thu, 15 Oct 2026 at 09:12, Ingrid Solheim wrote:',
  '> Two more points. Could the trial at the temporary pontoon on 2 March 2027',
  '> start at 6 a.m., before the first sailing? And could we meet on Tuesday',
  '> 20 October to talk about the freight berth?',
  '',
].join('\n');

const paragraphs = (text) =>
  text
    .trim()
    .split('\n\n')
    .map((part) => `<p>${part.replace(/\n/g, '<br>')}</p>`)
    .join('\n');

export const REPLY_MAIL = [
  'From: Margaret Doyle <margaret.doyle@dunmarraharbour.example>',
  'To: Ingrid Solheim <ingrid.solheim@northlineferries.example>',
  'Cc: Tomasz Nowak <t.nowak@brightwater.example>',
  'Subject: Re: Waiting hall and the trial in March',
  'Date: Fri, 16 Oct 2026 16:40:00 +0100',
  'Message-ID: <20261016-1640@dunmarraharbour.example>',
  'In-Reply-To: <20261015-0912@northlineferries.example>',
  'References: <20261015-0912@northlineferries.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="dunmarra-1640"',
  '',
  '--dunmarra-1640',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  quotedPrintable(`${REPLY_TEXT}\n${QUOTED}`),
  '--dunmarra-1640',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  quotedPrintable(
    `<html><body>${paragraphs(REPLY_TEXT)}\n<blockquote>${QUOTED.replace(/^> ?/gm, '').trim().replace(/\n/g, '<br>')}</blockquote></body></html>\n`,
  ),
  '--dunmarra-1640--',
  '',
].join('\r\n');

export const MAIL_TEXTS = { capacity: CAPACITY_TEXT, reply: REPLY_TEXT };
