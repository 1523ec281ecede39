"""Papers out: what offices file, sign and publish. Papers in: what they filled.

    sheet    the score sheet in the form of a notice, blank or filled from scorecards (Excel)
    form     one row a fact to fill in, with drop-downs and limits (Excel)
    filled   the evidence of a filled form
    table    the evidence of many subjects, one a row (CSV)
    report   a subject's score with what was lost and why; a rubric (Word)
    notice   the results of a campaign, ranked (Word)
    page     a campaign to look at (HTML)

Below them: `workbook` and `document` are the doors of XlsxWriter and python-docx, `outline` and `account` say what stands in the rows,
`transcript` turns cells into an evidence file that remembers them.
"""
