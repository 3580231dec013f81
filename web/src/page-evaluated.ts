/** The first module that is evaluated: from here on the time to the first estimate is counted. */
performance.mark("page-evaluated");
