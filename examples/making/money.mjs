/** The figures of the affair. Every sum quoted in a document is computed from these rows. */

export const BUDGET_2026 = [
  ['Quay wall and piling', 'Halden Marine Works Ltd', 'contracted', 1740000, '2027-03-26'],
  ['Terminal building, shell', 'Halden Marine Works Ltd', 'contracted', 1200000, '2027-05-28'],
  ['Pontoon and gangway', 'Solvik Pontoons AS', 'ordered', 685000, '2027-01-29'],
  ['Electrical supply and shore power', 'Western Grid Services', 'tendered', 396000, '2027-02-26'],
  ['Design and supervision', 'Brightwater Engineering', 'contracted', 312000, '2026-12-31'],
  ['Passenger lifts (two)', 'Lumen Lifts Ltd', 'tendered', 138000, '2027-04-16'],
  ['Quay Street lighting', '', 'open', 82500, ''],
  ['Temporary ticket office', 'Carrick Modular Ltd', 'paid', 64000, '2026-09-30'],
  ['Ground survey', 'Terra Firma Surveys', 'paid', 48500, '2026-07-10'],
  ['Signs and public information', 'Harbour Press', 'ordered', 24000, '2027-04-30'],
  ['Contingency', '', 'reserved', 170000, ''],
];

export const BUDGET_2025 = [
  ['Dredging of the inner basin', 'Atlantic Dredging Ltd', 'paid', 1985000, '2025-10-17'],
  ['Demolition of the old shed', 'Carrick Modular Ltd', 'paid', 410000, '2025-11-14'],
  ['Outline design', 'Brightwater Engineering', 'paid', 365000, '2025-12-12'],
  ['Land and wayleaves', 'Dunmarra Town Council', 'paid', 360000, '2025-12-19'],
];

const DESIGN = ['Brightwater Engineering', 'Design and supervision'];
const CONTINGENCY = 'Contingency';
export const PAYMENTS = [
  ['2026-01-30', 'BE-1181', ...DESIGN, 26000, 'paid'],
  ['2026-02-06', 'OR-0417', "O'Malley & Roche Solicitors", CONTINGENCY, 7250, 'paid'],
  ['2026-02-19', 'DTC-88', 'Dunmarra Town Council', CONTINGENCY, 2840, 'paid'],
  ['2026-02-27', 'BE-1196', ...DESIGN, 26000, 'paid'],
  ['2026-03-12', 'AD-3301', 'Atlantic Divers', CONTINGENCY, 5400, 'paid'],
  ['2026-03-20', 'SIM-204', 'Shannon Insurance Mutual', CONTINGENCY, 9600, 'paid'],
  ['2026-03-31', 'BE-1210', ...DESIGN, 26000, 'paid'],
  ['2026-04-10', 'TF-5508', 'Terra Firma Surveys', 'Ground survey', 24250, 'paid'],
  ['2026-04-17', 'WG-771', 'Western Grid Services', 'Electrical supply and shore power', 11800, 'paid'],
  ['2026-04-24', 'OR-0439', "O'Malley & Roche Solicitors", CONTINGENCY, 6180, 'paid'],
  ['2026-04-30', 'BE-1223', ...DESIGN, 26000, 'paid'],
  ['2026-05-08', 'DTC-103', 'Dunmarra Town Council', CONTINGENCY, 1960, 'paid'],
  ['2026-05-15', 'HP-260', 'Harbour Press', 'Signs and public information', 1850, 'paid'],
  ['2026-05-22', 'AD-3340', 'Atlantic Divers', CONTINGENCY, 5400, 'paid'],
  ['2026-05-29', 'BE-1239', ...DESIGN, 26000, 'paid'],
  ['2026-06-12', 'OR-0466', "O'Malley & Roche Solicitors", CONTINGENCY, 11420, 'paid'],
  ['2026-06-19', 'SIM-231', 'Shannon Insurance Mutual', CONTINGENCY, 9600, 'paid'],
  ['2026-06-25', 'HALL-12', "St Brendan's Parish Hall", CONTINGENCY, 450, 'paid'],
  ['2026-06-30', 'BE-1254', ...DESIGN, 26000, 'paid'],
  ['2026-07-03', 'HMW-001', 'Halden Marine Works Ltd', 'Quay wall and piling', 294000, 'paid'],
  ['2026-07-10', 'TF-5561', 'Terra Firma Surveys', 'Ground survey', 24250, 'paid'],
  ['2026-07-17', 'HP-274', 'Harbour Press', 'Signs and public information', 2100, 'paid'],
  ['2026-07-24', 'CH-918', 'Corrib Hoardings', 'Contingency: site hoarding, Quay Street', 3275, 'paid'],
  ['2026-07-31', 'BE-1270', ...DESIGN, 26000, 'paid'],
  ['2026-08-07', 'CM-4402', 'Carrick Modular Ltd', 'Temporary ticket office', 32000, 'paid'],
  ['2026-08-14', 'AD-3388', 'Atlantic Divers', CONTINGENCY, 5400, 'paid'],
  ['2026-08-21', 'CH-931', 'Corrib Hoardings', 'Contingency: site hoarding, Quay Street', 2890, 'paid'],
  ['2026-08-28', 'BE-1287', ...DESIGN, 26000, 'paid'],
  ['2026-09-04', 'OR-0502', "O'Malley & Roche Solicitors", CONTINGENCY, 5340, 'paid'],
  ['2026-09-11', 'CH-931C', 'Corrib Hoardings', 'Contingency: site hoarding, Quay Street', -640, 'paid'],
  ['2026-09-18', 'SIM-258', 'Shannon Insurance Mutual', CONTINGENCY, 9600, 'paid'],
  ['2026-09-25', 'HMW-002', 'Halden Marine Works Ltd', 'Quay wall and piling', 435000, 'paid'],
  ['2026-09-30', 'BE-1301', ...DESIGN, 26000, 'paid'],
  ['2026-09-30', 'CM-4455', 'Carrick Modular Ltd', 'Temporary ticket office', 32000, 'paid'],
  ['2026-10-02', 'DTC-127', 'Dunmarra Town Council', CONTINGENCY, 3120, 'paid'],
  ['2026-10-08', 'HP-291', 'Harbour Press', 'Signs and public information', 1640, 'paid'],
  ['2026-10-14', 'SP-70031', 'Solvik Pontoons AS', 'Pontoon and gangway', 205500, 'paid'],
  ['2026-10-16', 'OR-0528', "O'Malley & Roche Solicitors", CONTINGENCY, 4870, 'paid'],
  ['2026-10-21', 'CH-952', 'Corrib Hoardings', 'Contingency: site hoarding, Quay Street', 3050, 'paid'],
  ['2026-10-23', 'HMW-003', 'Halden Marine Works Ltd', 'Quay wall and piling', 218000, 'held'],
  ['2026-10-27', 'AD-3429', 'Atlantic Divers', CONTINGENCY, 5400, 'approved'],
  ['2026-10-28', 'WG-802', 'Western Grid Services', 'Electrical supply and shore power', 8700, 'approved'],
  ['2026-10-29', 'HP-298', 'Harbour Press', 'Signs and public information', 2310, 'approved'],
  ['2026-10-30', 'BE-1318', ...DESIGN, 26000, 'approved'],
];

export const sum = (rows, column, keep = () => true) =>
  rows.filter(keep).reduce((total, row) => total + row[column], 0);

export const euro = (amount) => `€${amount.toLocaleString('en-IE')}`;

export const FIGURES = {
  budget2026: sum(BUDGET_2026, 3),
  budget2025: sum(BUDGET_2025, 3),
  contract: sum(BUDGET_2026, 3, (row) => row[1] === 'Halden Marine Works Ltd'),
  paidToSeptember: sum(PAYMENTS, 4, (row) => row[5] === 'paid' && row[0] <= '2026-09-30'),
  payments: sum(PAYMENTS, 4),
};
