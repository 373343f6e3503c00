/** The minutes of the steering group (docx). */
import { euro, FIGURES } from './money.mjs';

export const MINUTES = {
  title: 'Minutes of the Dunmarra Ferry Terminal Steering Group, 6 October 2026',
  author: 'Hannah Fitzgerald',
  created: '2026-10-08T10:20:00Z',
  blocks: [
    { title: 'Dunmarra Ferry Terminal Steering Group' },
    { text: 'Minutes of the meeting held on 6 October 2026 at 7 p.m. in the boardroom of the Dunmarra Harbour Trust, 3 Quay Street, Dunmarra.' },
    { heading: 'Present' },
    {
      rows: [
        ['Name', 'Role', 'Organisation'],
        ['Dr Priya Raman', 'Chair of the steering group', 'Independent'],
        ['Margaret Doyle', 'Harbour director', 'Dunmarra Harbour Trust'],
        ['Colin Byrne', 'Treasurer', 'Dunmarra Town Council'],
        ['Tomasz Nowak', 'Project engineer', 'Brightwater Engineering'],
        ['Daniel Okafor', 'Site manager', 'Halden Marine Works Ltd'],
        ['Hannah Fitzgerald', 'Communications officer (minutes)', 'Dunmarra Harbour Trust'],
      ],
    },
    { text: 'Apologies: Ingrid Solheim, operations director, Northline Ferries.' },
    { heading: '1. Opening' },
    { text: 'Dr Priya Raman chaired the meeting and welcomed Daniel Okafor, who attended for the first time. The minutes of 8 September 2026 were approved without change.' },
    { heading: '2. Programme' },
    { text: 'Daniel Okafor reported that the piling rig will arrive from Limerick on 4 November and that piling starts on 9 November 2026. Tomasz Nowak said that the programme holds a float of three weeks. The group confirmed that the new terminal will open to passengers on 14 June 2027, in time for the summer timetable.' },
    { text: 'The group discussed night work. Daniel Okafor said that four nights of piling around the spring tides would save nine days. Margaret Doyle was not willing to ask for permission before the residents had been heard. No decision was taken.' },
    { heading: '3. Money' },
    { text: `Colin Byrne presented the accounts. The budget for 2025 was ${euro(FIGURES.budget2025)} and was spent in full. The budget for 2026 is ${euro(FIGURES.budget2026)}. Payments from January to the end of September 2026 came to ${euro(FIGURES.paidToSeptember)}.` },
    { text: `The contract with Halden Marine Works Ltd has a value of ${euro(FIGURES.contract)}. A deposit of one tenth, €294,000, was paid on 3 July 2026.` },
    { text: 'Colin Byrne warned that the first claim on the Coastal Communities Fund has to be with Liam Gallagher, the grants officer of the Fund, by 30 November 2026, and that the paper SG-14 (risk register) must go with it.' },
    { heading: '4. Decisions' },
    { text: 'The steering group approved the order for the pontoon and gangway from Solvik Pontoons AS at a price of €685,000.' },
    { text: 'The steering group agreed to invite tenders for the electrical supply. Tenders close on 20 November 2026 at noon.' },
    { text: 'The steering group rejected the proposal to move the taxi rank to Saltmarsh Lane.' },
    { heading: '5. Open questions' },
    { text: 'Who pays for the lighting of Quay Street? The Town Council regards it as part of the terminal; the Harbour Trust regards it as part of the street. The sum in question is €82,500.' },
    { text: 'Will the freight service to Inish Torran run on Fridays during the piling? Northline Ferries has not yet answered.' },
    { heading: '6. Actions' },
    {
      rows: [
        ['No.', 'Action', 'Owner', 'Due'],
        ['1', 'Submit the first grant claim to the Coastal Communities Fund', 'Colin Byrne', '30 November 2026'],
        ['2', 'Commission three further boreholes', 'Tomasz Nowak', '13 November 2026'],
        ['3', 'Invite the residents of Quay Street to a meeting about noise', 'Hannah Fitzgerald', '31 October 2026'],
        ['4', 'Agree the freight berth for the winter with Northline Ferries', 'Margaret Doyle', '27 October 2026'],
        ['5', 'Obtain planning permission for the lighting of Quay Street', 'to be named', '15 January 2027'],
      ],
    },
    { text: 'The next meeting takes place on 3 November 2026 at 7 p.m. in the same room.' },
  ],
};
